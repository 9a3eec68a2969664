import { setTimeout as sleep } from 'node:timers/promises';
import { MISBEHAVIOURS, type Misbehaviour } from '../upstream/call-plan.js';
import type { Fault } from './fault.js';

const REPEATED_MAX = 300;
/** The least that may be set: a dozen settlements fill it. */
const SMALL_SPOOL_BYTES = 16_384;

/** Events come again that were delivered long before, newer ones before older ones. */
export const REPEAT_EVENTS: Fault = {
  name: 'repeat events in another order',
  strike: async ({ events, random }) => {
    await events.repeat(random, REPEATED_MAX);
    return async () => undefined;
  },
};

/**
 * JetStream takes nothing more, as when its disk is full, until the spools of the gateways are full as well. Then the
 * gateways are killed: whatever a client saw succeed must be in a spool.
 */
export const FILL_SPOOL: Fault = {
  name: 'fill the spool',
  strike: async ({ system: { services }, events, outageMs }) => {
    const gateways = services.replicasOf('gateway');
    const settings = { CODE_ROUTER_SPOOL_BYTES_MAX: String(SMALL_SPOOL_BYTES) };
    for (const gateway of gateways) await services.renew(gateway, settings);
    await events.refuseNew();
    await sleep(outageMs * 2);
    await Promise.all(gateways.map((gateway) => services.kill(gateway)));
    return async () => {
      await events.acceptAgain();
      for (const gateway of gateways) services.bringBack(gateway, {});
      await services.waitUntilReady(gateways);
    };
  },
};

/** Most answers of the upstream go wrong in one way. */
export function enrage(misbehaviour: Misbehaviour): Fault {
  return {
    name: `upstream: ${misbehaviour}`,
    strike: async ({ system: { upstream }, outageMs }) => {
      upstream.enrage(misbehaviour);
      await sleep(outageMs);
      return async () => upstream.enrage(undefined);
    },
  };
}

export const FLOW_FAULTS: readonly Fault[] = [REPEAT_EVENTS, FILL_SPOOL, ...MISBEHAVIOURS.map(enrage)];
