import type { Measurement } from '../measure/measurement.js';
import type { TargetName } from '../targets/target.js';
import { edgeOf } from './comparison-tables.js';

const CPU_RATIO_MAX = 3;
const PORTKEY_RATIO_MIN = 2;
const ADDED_P50_US_MAX = 1_000;

/** The goals of a comparison, each with what was measured. One whose targets were left out is not mentioned. */
export function goalLines(measurements: readonly Measurement[]): readonly string[] {
  const find = (target: TargetName, concurrency: number): Measurement | undefined =>
    measurements.find((row) => row.target === target && row.concurrency === concurrency && row.kind === 'plain');
  return [
    ...compared(find('distributed', 64), find('bare proxy', 64), (gateway, bare) => {
      const ratio = edgeCpu(gateway) / edgeCpu(bare);
      return goal(
        `gateway CPU per plain request, 64 at once: ${ratio.toFixed(1)} times the bare proxy's`,
        ratio <= CPU_RATIO_MAX,
        `at most ${CPU_RATIO_MAX} times`,
      );
    }),
    ...compared(find('distributed', 64), find('portkey', 64), (gateway, portkey) => {
      const ratio = gateway.requestsPerSecond / portkey.requestsPerSecond;
      return goal(
        `distributed throughput, 64 at once: ${ratio.toFixed(1)} times Portkey's`,
        ratio >= PORTKEY_RATIO_MIN,
        `at least ${PORTKEY_RATIO_MIN} times`,
      );
    }),
    ...(['standalone', 'distributed'] as const).flatMap((form) =>
      compared(find(form, 1), find('direct', 1), (gateway, direct) => {
        const addedUs = gateway.p50Us - direct.p50Us;
        return goal(
          `${form}, 1 at once: ${(addedUs / 1_000).toFixed(2)} ms added to the p50`,
          addedUs < ADDED_P50_US_MAX,
          'less than 1 ms',
        );
      }),
    ),
  ];
}

/** A line of a goal. */
export function goal(measured: string, isReached: boolean, wanted: string): string {
  return `${isReached ? 'reached    ' : 'FALLS SHORT'} ${measured} (goal: ${wanted})`;
}

function compared(
  first: Measurement | undefined,
  second: Measurement | undefined,
  describe: (first: Measurement, second: Measurement) => string,
): readonly string[] {
  return first && second ? [describe(first, second)] : [];
}

function edgeCpu(row: Measurement): number {
  return row.cpuUsPerRequest[edgeOf(row)] ?? NaN;
}
