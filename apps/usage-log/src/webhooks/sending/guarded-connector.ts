import { lookup as resolve, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { isPublicAddress } from './public-address.js';

/** A connection that was not made, because it would have led into a network that is not public. */
export class PrivateAddressRefused extends Error {
  override readonly name = 'PrivateAddressRefused';

  constructor(host: string) {
    super(`${host} is a private address, and those are not allowed`);
  }
}

/** Finds the addresses of a host name, as `dns.lookup` does with `all`. */
export type Resolve = (
  host: string,
  options: { readonly all: true; readonly family?: number | undefined },
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Connects to public addresses only. Host names are checked by what they lead to, in the very look-up that the connection
 * is then made with: a name that was looked at earlier can lead somewhere else a moment later (DNS rebinding).
 */
export function guardedConnector(timeoutMs: number, find: Resolve = resolve as Resolve): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, allowH2: false, lookup: publicLookup(find) });
  return (options, callback) => {
    const host = options.hostname.startsWith('[') ? options.hostname.slice(1, -1) : options.hostname;
    // Addresses are connected to without a look-up.
    if (isIP(host) && !isPublicAddress(host)) callback(new PrivateAddressRefused(host), null);
    else connect(options, callback);
  };
}

function publicLookup(find: Resolve): LookupFunction {
  return (host, options, done) => {
    const family = typeof options.family === 'number' ? options.family : undefined;
    find(host, { all: true, family }, (error, addresses) => {
      if (error) return done(error, '', 0);
      const allowed = addresses.filter(({ address }) => isPublicAddress(address));
      const [first] = allowed;
      if (!first) return done(new PrivateAddressRefused(host), '', 0);
      if (options.all) return done(null, allowed);
      return done(null, first.address, first.family);
    });
  };
}
