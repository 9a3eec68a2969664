import { describe, expect, it } from '@jest/globals';
import { isPublicAddress } from './public-address.js';

describe('an address that webhooks may lead to', () => {
  it.each(['93.184.216.34', '8.8.8.8', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450:4001:81b::200e'])(
    'may be %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    ['loopback', '127.0.0.1'],
    ['all of loopback', '127.255.1.2'],
    ['loopback in IPv6', '::1'],
    ['loopback as IPv4 in IPv6', '::ffff:127.0.0.1'],
    ['the same in hexadecimal', '::ffff:7f00:1'],
    ['the same without the prefix', '::7f00:1'],
    ['loopback behind NAT64', '64:ff9b::7f00:1'],
    ['loopback behind 6to4', '2002:7f00:1::'],
    ['this machine', '0.0.0.0'],
    ['this machine in IPv6', '::'],
    ['private, class A', '10.1.2.3'],
    ['private, class B', '172.16.0.1'],
    ['private, class C', '192.168.1.1'],
    ['private as IPv4 in IPv6', '::ffff:10.0.0.1'],
    ['unique local', 'fd00:ec2::254'],
    ['site local', 'fec0::1'],
    ['link local, where clouds hand out credentials', '169.254.169.254'],
    ['link local in IPv6', 'fe80::1'],
    ['shared between carriers, and the metadata of a cloud', '100.100.100.200'],
    ['the virtual server of Azure', '168.63.129.16'],
    ['for benchmarks', '198.18.0.1'],
    ['for documents', '192.0.2.1'],
    ['for documents, in IPv6', '2001:db8::1'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['no address', 'localhost'],
    ['nothing', ''],
  ])('is not %s: %s', (_case, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
