import { setTimeout as sleep } from 'node:timers/promises';
import { LINKS, type LinkName } from '../system/chaos-system.js';
import type { TcpProxy } from '../system/tcp-proxy.js';
import type { Fault } from './fault.js';

const DELAY_MS = 150;

const CONDITIONS: Readonly<Record<string, (link: TcpProxy) => void>> = {
  slow: (link) => link.delay(DELAY_MS),
  silent: (link) => link.stall(),
  reset: (link) => link.reset(),
  'half-closed': (link) => link.halfClose(),
};

/** Something happens to the network between the services and a server, or between the gateway and the upstream. */
export function disturb(link: LinkName, condition: keyof typeof CONDITIONS): Fault {
  return {
    name: `${condition} link to ${link}`,
    strike: async ({ system: { links }, outageMs }) => {
      CONDITIONS[condition]?.(links[link]);
      await sleep(outageMs);
      return async () => links[link].heal();
    },
  };
}

export const NETWORK_FAULTS: readonly Fault[] = LINKS.flatMap((link) =>
  Object.keys(CONDITIONS).map((condition) => disturb(link, condition)),
);
