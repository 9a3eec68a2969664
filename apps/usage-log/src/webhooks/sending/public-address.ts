import ipaddr from 'ipaddr.js';

/**
 * Addresses that are public by their range and yet lead into somebody's platform: the virtual server of Azure, which
 * hands out configuration of the machine that asks.
 */
const PRIVATE_IN_PUBLIC_RANGES = new Set(['168.63.129.16']);

/** What the internet assigns to hosts in IPv6; everything else is local, reserved or a way to write an IPv4 address. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an address is one of the internet's, and not of the network that this process is in: not private, loopback,
 * link-local (where clouds answer with credentials), shared, multicast, reserved, or an IPv6 form that hides one of those.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast' || PRIVATE_IN_PUBLIC_RANGES.has(parsed.toString())) return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST);
}
