import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICES } from './deaths.js';
import type { Fault } from './fault.js';

/** Longer than any lock or acknowledgement that the worker holds: others must take its work, and it must not repeat it. */
const LONG_FREEZE_MS = 90_000;

/** One process of a service stands still, with its connections open, and then goes on as if nothing had been. */
export function freeze(service: string, durationMs?: number): Fault {
  return {
    name: durationMs === undefined ? `freeze ${service}` : `freeze ${service} for ${durationMs / 1_000} s`,
    strike: async ({ system: { services }, random, outageMs }) => {
      const process = random.pick(services.replicasOf(service));
      services.freeze(process);
      await sleep(durationMs ?? outageMs);
      return async () => services.thaw(process);
    },
  };
}

/** The same for a server that all depend on. */
function freezeServer(server: 'nats' | 'redis'): Fault {
  return {
    name: `freeze ${server}`,
    strike: async ({ system, outageMs }) => {
      system[server].pause();
      await sleep(outageMs);
      return async () => system[server].resume();
    },
  };
}

export const FREEZES: readonly Fault[] = [
  ...SERVICES.map((service) => freeze(service)),
  freeze('usage-log-worker', LONG_FREEZE_MS),
  freezeServer('nats'),
  freezeServer('redis'),
];
