import { DEATHS } from './deaths.js';
import type { Fault } from './fault.js';
import { FLOW_FAULTS } from './flows.js';
import { FREEZES } from './freezes.js';
import { NETWORK_FAULTS } from './network.js';
import { SERVER_FAULTS } from './servers.js';

/** Every fault that the suite knows. */
export const FAULTS: readonly Fault[] = [...DEATHS, ...SERVER_FAULTS, ...FREEZES, ...NETWORK_FAULTS, ...FLOW_FAULTS];

/** What a short run strikes with, in this order: each is another way of losing or doubling something. */
export const SHORT_FAULTS: readonly string[] = [
  'kill two services',
  'die at settlement.made',
  'roll nats back',
  'kill postgres',
  'repeat events in another order',
];

/**
 * @param names whole names, or beginnings of names.
 * @throws RangeError naming what is no fault, and all that are.
 */
export function faultsNamed(names: readonly string[]): readonly Fault[] {
  return names.flatMap((name) => {
    const exact = FAULTS.filter((fault) => fault.name === name);
    const found = exact.length > 0 ? exact : FAULTS.filter((fault) => fault.name.startsWith(name));
    if (found.length > 0) return found;
    throw new RangeError(
      `There is no fault '${name}'. There are:\n  ${FAULTS.map((fault) => fault.name).join('\n  ')}`,
    );
  });
}
