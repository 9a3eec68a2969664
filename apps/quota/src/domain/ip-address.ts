import { isIP } from 'node:net';

/**
 * An address as it is compared: an IPv4 address that comes in the clothes of IPv6, as sockets that listen on both give
 * it, is an IPv4 address, and an interface is no part of an address.
 *
 * @returns null when it is no address.
 */
export function canonicalIp(text: string): string | null {
  const address = text.replace(/%[\w.-]+$/, '');
  switch (isIP(address)) {
    case 4:
      return address;
    case 6: {
      // The parser of URLs writes every IPv6 address in one way: ::ffff:192.0.2.1 becomes [::ffff:c000:201].
      const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
      const [, high, low] = MAPPED.exec(canonical) ?? [];
      if (high === undefined || low === undefined) return canonical;
      const bits = Number.parseInt(high, 16) * 0x1_0000 + Number.parseInt(low, 16);
      return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
    }
    default:
      return null;
  }
}

/**
 * What one client has for itself, and so what attempts are counted by: an IPv4 address, or the 64 bits of an IPv6 address
 * that are its network's, since a client may take any address within it.
 *
 * @returns the text itself when it is no address.
 */
export function clientNetwork(text: string): string {
  const canonical = canonicalIp(text);
  if (canonical === null) return text;
  if (isIP(canonical) === 4) return canonical;
  const [before = [], after = []] = canonical
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}

/**
 * A rule for addresses: one address, or a network as `10.0.0.0/8`.
 *
 * @returns null when it is neither. Bits of the address beyond the network's are for the database to clear.
 */
export function ipRule(text: string): string | null {
  const [address = '', bits, ...rest] = text.split('/');
  const canonical = canonicalIp(address);
  if (canonical === null || rest.length > 0 || address.includes('%')) return null;
  if (bits === undefined) return canonical;
  const bitsMax = isIP(address) === 4 ? 32 : 128;
  if (!/^(0|[1-9]\d{0,2})$/.test(bits) || Number(bits) > bitsMax) return null;
  if (isIP(canonical) === isIP(address)) return `${canonical}/${bits}`;
  return Number(bits) >= 96 ? `${canonical}/${Number(bits) - 96}` : null;
}

const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;
