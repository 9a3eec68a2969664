import { isIP } from 'node:net';
import { EnvError, makeValidator } from 'envalid';

/**
 * Whose `x-forwarded-for`, `-proto` and `-host` are believed: nobody's, everybody's, or those of addresses. A function is
 * asked with the address of each hop, the nearest first.
 */
export type TrustedProxies = boolean | string[] | ((address: string, hop: number) => boolean);

const YES = ['true', 't', 'yes', 'on'];
const NO = ['false', 'f', 'no', 'off', '0'];
/** Names of networks that proxy-addr knows. */
const NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];
const HOPS_MAX = 20;

/** A setting that is `true`, `false`, how many proxies stand before this server, or their addresses, separated by commas. */
export const trustedProxies = makeValidator<TrustedProxies>((text) => {
  const value = text.trim().toLowerCase();
  if (YES.includes(value)) return true;
  if (NO.includes(value)) return false;
  if (/^\d+$/.test(value)) {
    const hops = Number(value);
    if (hops > HOPS_MAX) throw new EnvError(`"${text}" is more than ${HOPS_MAX} proxies`);
    // Fastify takes a number too, and then believes nobody: it cannot know that whoever connects is a proxy.
    return (_address: string, hop: number) => hop < hops;
  }
  const addresses = value.split(',').map((address) => address.trim());
  const wrong = addresses.find((address) => !NETWORKS.includes(address) && !isNetwork(address));
  if (wrong === undefined) return addresses;
  throw new EnvError(
    `"${wrong}" is neither true, false, a number of proxies, an address, nor a network such as 10.0.0.0/8`,
  );
});

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || address.includes('%')) return false;
  // Not /0: that is everybody, for which there is `true`.
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
