import { setTimeout as sleep } from 'node:timers/promises';
import { FAULT_POINT_VARIABLE, FAULT_POINTS, type FaultPoint } from '@code-router/fault-points';
import type { Fault, Mend, Scene } from './fault.js';

export const SERVICES = ['pricing', 'quota', 'usage-log', 'usage-log-worker', 'gateway'] as const;
type Service = (typeof SERVICES)[number];

/** The service whose process passes a point. */
const PASSED_BY: Readonly<Record<FaultPoint, Service>> = {
  'reservation.decided': 'quota',
  'settlement.made': 'gateway',
  'settlement.published': 'gateway',
  'settlement.acknowledged': 'gateway',
  'settlement.received': 'quota',
  'settlement.posted': 'quota',
  'usage.received': 'usage-log',
  'usage.enqueued': 'usage-log',
  'usage.taken': 'usage-log-worker',
  'usage.recorded': 'usage-log-worker',
};

/** Batches pass most points, so that these are passed a few times in a second. */
const PASSES_MAX = 6;
const DEATH_MS_MAX = 30_000;

/** Every process of a service is killed at once, and stays away for a while. */
export function killService(service: Service): Fault {
  return { name: `kill ${service}`, strike: (scene) => killAll([service], scene) };
}

/** Two services at once; which two, the seed says. */
export const KILL_TWO: Fault = {
  name: 'kill two services',
  strike: (scene) => killAll(scene.random.shuffled(SERVICES).slice(0, 2), scene),
};

/** A process dies by itself at a named point of the way from an answer to its record. */
export function dieAt(point: FaultPoint): Fault {
  return {
    name: `die at ${point}`,
    strike: async ({ system: { services }, random }) => {
      const process = random.pick(services.replicasOf(PASSED_BY[point]));
      await services.doom(process, { [FAULT_POINT_VARIABLE]: `${point}:${random.whole(1, PASSES_MAX)}` });
      const hasDied = await services.metItsEnd(process, DEATH_MS_MAX);
      if (!hasDied) throw new Error(`${process} did not come to ${point} within ${DEATH_MS_MAX} ms`);
      return () => services.waitUntilReady([process]);
    },
  };
}

export const DEATHS: readonly Fault[] = [...SERVICES.map(killService), KILL_TWO, ...FAULT_POINTS.map(dieAt)];

async function killAll(struck: readonly Service[], { system: { services }, outageMs }: Scene): Promise<Mend> {
  const processes = struck.flatMap((service) => services.replicasOf(service));
  await Promise.all(processes.map((process) => services.kill(process)));
  await sleep(outageMs);
  return async () => {
    for (const process of processes) services.bringBack(process);
    await services.waitUntilReady(processes);
  };
}
