import { KINDS } from '../load/chat-request.js';
import type { Measurement } from '../measure/measurement.js';
import { table } from './table.js';

/** For each kind of load: how fast, and what each process paid for it. */
export function comparisonTables(measurements: readonly Measurement[]): string {
  const sections = KINDS.flatMap((kind) => {
    const ofKind = measurements.filter((measurement) => measurement.kind === kind);
    const concurrencies = [...new Set(ofKind.map(({ concurrency }) => concurrency))];
    return concurrencies.map((concurrency) => {
      const rows = ofKind.filter((measurement) => measurement.concurrency === concurrency);
      return `### ${kind}, ${concurrency} at once\n\n${speedTable(rows)}`;
    });
  });
  return [...sections, `### Microseconds of CPU per request, by process\n\n${cpuTable(measurements)}`].join('\n\n');
}

function speedTable(rows: readonly Measurement[]): string {
  const direct = rows.find(({ target }) => target === 'direct');
  return table(
    [
      '',
      'requests/s',
      'p50 ms',
      'p99 ms',
      'added p50 ms',
      'first byte p50 ms',
      'edge CPU us',
      'all CPU us',
      'edge RSS MB',
      'settled after ms',
      'failed',
      'others',
    ],
    rows.map((row) => [
      row.target,
      Math.round(row.requestsPerSecond).toString(),
      milliseconds(row.p50Us),
      milliseconds(row.p99Us),
      direct && row !== direct ? milliseconds(row.p50Us - direct.p50Us) : '',
      milliseconds(row.firstByteP50Us),
      whole(row.cpuUsPerRequest[edgeOf(row)]),
      whole(Object.values(row.cpuUsPerRequest).reduce((sum, cpu) => sum + cpu, 0)),
      whole((row.residentBytesMax[edgeOf(row)] ?? 0) / 2 ** 20),
      row.settledAfterMs === undefined ? '' : whole(row.settledAfterMs),
      row.failed.toString(),
      `${Math.round(row.takenByOthers * 100)} %`,
    ]),
  );
}

function cpuTable(measurements: readonly Measurement[]): string {
  const names = [...new Set(measurements.flatMap(({ cpuUsPerRequest }) => Object.keys(cpuUsPerRequest)))];
  return table(
    ['', ...names],
    measurements.map((row) => [
      `${row.target}, ${row.kind}, ${row.concurrency}`,
      ...names.map((name) => whole(row.cpuUsPerRequest[name])),
    ]),
  );
}

/** The process that clients talk to. */
export function edgeOf({ target }: Measurement): string {
  switch (target) {
    case 'direct':
      return 'upstream';
    case 'distributed':
      return 'gateway';
    default:
      return target;
  }
}

function milliseconds(us: number): string {
  return (us / 1_000).toFixed(2);
}

function whole(value: number | undefined): string {
  return value === undefined ? '' : Math.round(value).toString();
}
