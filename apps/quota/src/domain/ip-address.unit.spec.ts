import { describe, expect, it } from '@jest/globals';
import { canonicalIp, clientNetwork, ipRule } from './ip-address.js';

describe('an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:255.255.255.255', '255.255.255.255'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1', '::1'],
    ['192.0.2', null],
    ['192.0.2.1, 10.0.0.1', null],
    ['', null],
    ['localhost', null],
  ])('%s is compared as %s', (text, canonical) => {
    expect(canonicalIp(text)).toBe(canonical);
  });
});

describe('what one client has for itself', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:ffff:ffff:ffff:ffff', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['somewhere', 'somewhere'],
  ])('at %s is %s', (text, network) => {
    expect(clientNetwork(text)).toBe(network);
  });
});

describe('a rule', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['::ffff:10.0.0.0/8', null],
    ['10.0.0.0/33', null],
    ['2001:db8::/129', null],
    ['10.0.0.0/08', null],
    ['10.0.0.0/', null],
    ['10.0.0.0/8/8', null],
    ['10.0.0.0/-1', null],
    ['fe80::1%eth0', null],
    ['*', null],
  ])('%s is read as %s', (text, rule) => {
    expect(ipRule(text)).toBe(rule);
  });
});
