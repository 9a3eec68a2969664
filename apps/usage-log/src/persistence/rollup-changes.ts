import { setImmediate as nextTurn } from 'node:timers/promises';
import { BUCKET_MS, type Granularity } from '../domain/time-span.js';
import { arrayLiteral } from './array-literal.js';
import { Sums, type RolledUp } from './rolled-up.js';
import {
  FINEST_KEY,
  isKeptBy,
  LEVEL_KEY,
  ROLLUP_LEVELS,
  ROLLUP_SUMS,
  type RollupKey,
  type RollupLevel,
} from './rollup-levels.js';
import { ADD_TO_ROLLUPS } from './rollup.sql.js';

interface FinestChange {
  readonly key: RollupKey;
  readonly bucketMs: number;
  readonly sums: Sums;
}

interface LevelChange {
  readonly level: number;
  readonly scope: string;
  readonly bucketMs: number;
  readonly part: string;
  /** Whether it is kept by hour as well as by day. */
  readonly isHourly: boolean;
  readonly sums: Sums;
}

export interface RollupStatement {
  readonly sql: string;
  readonly parameters: readonly string[];
}

/** Between parts of a text that tells rows apart: no text that is stored has it. */
const NUL = '\0';

/** Sums up records for the roll-ups, here, where it costs the database nothing. */
export class RollupSums {
  private readonly hours = new Map<string, FinestChange>();

  add(record: RolledUp): void {
    const bucketMs = startOf('hour', record.completedAtMs);
    const place = placeOf(record, bucketMs);
    let change = this.hours.get(place);
    if (!change) {
      const { accountId, keyId, model, channelId } = record;
      const key = { accountId, keyId, model, channelId };
      this.hours.set(place, (change = { key, bucketMs, sums: new Sums() }));
    }
    change.sums.count(record);
  }

  /** What adds the sums to the roll-ups, or takes them away: statements of ADD_TO_ROLLUPS with their parameters. */
  async statements(sign: 1 | -1): Promise<readonly RollupStatement[]> {
    const hours = [...this.hours.values()];
    const [first] = hours;
    if (!first) return [];
    // What is recorded together is nearly always of one hour: then the sums of its day are the very same.
    const isOneHour = hours.every(({ bucketMs }) => bucketMs === first.bucketMs);
    const days = isOneHour ? within('day', hours) : daysOf(hours);
    // Each of these takes some milliseconds of thousands of records: in between, others have their turn.
    await nextTurn();
    const dayLevels = levelsOf('day', days);
    await nextTurn();
    const hourLevels = isOneHour
      ? dayLevels.filter(({ isHourly }) => isHourly).map((change) => ({ ...change, bucketMs: first.bucketMs }))
      : levelsOf('hour', hours);
    const hourly = finestParameters(hours, sign);
    await nextTurn();
    const daily = isOneHour ? hourly.with(BUCKET_PLACE, bucketLiteral(days)) : finestParameters(days, sign);
    const hourlyLevels = levelParameters(hourLevels, sign);
    await nextTurn();
    const dailyLevels = levelParameters(dayLevels, sign);
    return [
      { sql: ADD_TO_ROLLUPS.hour.finest, parameters: hourly },
      { sql: ADD_TO_ROLLUPS.hour.levels, parameters: hourlyLevels },
      { sql: ADD_TO_ROLLUPS.day.finest, parameters: daily },
      { sql: ADD_TO_ROLLUPS.day.levels, parameters: dailyLevels },
    ];
  }
}

function within(granularity: Granularity, changes: readonly FinestChange[]): readonly FinestChange[] {
  return changes.map((change) => ({ ...change, bucketMs: startOf(granularity, change.bucketMs) }));
}

function daysOf(hours: readonly FinestChange[]): readonly FinestChange[] {
  const days = new Map<string, FinestChange>();
  for (const { key, bucketMs, sums } of within('day', hours)) {
    const place = placeOf(key, bucketMs);
    let change = days.get(place);
    if (!change) days.set(place, (change = { key, bucketMs, sums: new Sums() }));
    change.sums.add(sums);
  }
  return [...days.values()];
}

function placeOf({ accountId, keyId, model, channelId }: RollupKey, bucketMs: number): string {
  return accountId + NUL + bucketMs + NUL + keyId + NUL + model + NUL + (channelId ?? NUL);
}

function levelsOf(granularity: Granularity, finest: readonly FinestChange[]): readonly LevelChange[] {
  const levels = new Map<string, LevelChange>();
  for (const { key, bucketMs, sums } of finest) {
    for (const { level, isHourly, scope: scopeOf, part: partOf } of LEVELS[granularity]) {
      const [scope, part] = [scopeOf(key), partOf(key)];
      const place = level + NUL + scope + NUL + bucketMs + NUL + part;
      let change = levels.get(place);
      if (!change) levels.set(place, (change = { level, scope, bucketMs, part, isHourly, sums: new Sums() }));
      change.sums.add(sums);
    }
  }
  return [...levels.values()];
}

const LEVELS = { hour: keptBy('hour'), day: keptBy('day') } as const;

function keptBy(granularity: Granularity) {
  const names = (Object.keys(ROLLUP_LEVELS) as RollupLevel[]).filter((level) => isKeptBy(granularity, level));
  return names.map((name) => ({ ...ROLLUP_LEVELS[name], isHourly: isKeptBy('hour', name) }));
}

function startOf(granularity: Granularity, milliseconds: number): number {
  return Math.floor(milliseconds / BUCKET_MS[granularity]) * BUCKET_MS[granularity];
}

function finestParameters(changes: readonly FinestChange[], sign: 1 | -1): readonly string[] {
  const keys = [
    changes.map(({ key }) => key.accountId),
    instants(changes),
    changes.map(({ key }) => key.keyId),
    changes.map(({ key }) => key.model),
    changes.map(({ key }) => key.channelId),
  ];
  return [...literals(keys, FINEST_KEY), ...sumParameters(changes, sign)];
}

function levelParameters(changes: readonly LevelChange[], sign: 1 | -1): readonly string[] {
  const keys = [
    changes.map(({ level }) => level),
    changes.map(({ scope }) => scope),
    instants(changes),
    changes.map(({ part }) => part),
  ];
  return [...literals(keys, LEVEL_KEY), ...sumParameters(changes, sign)];
}

function sumParameters(changes: readonly { readonly sums: Sums }[], sign: 1 | -1): readonly string[] {
  const times = BigInt(sign);
  const minus = sign === 1 ? '' : '-';
  const columns = [
    changes.map(({ sums }) => sign * sums.requests),
    changes.map(({ sums }) => sign * sums.failures),
    changes.map(({ sums }) => sign * sums.released),
    changes.map(({ sums }) => sign * sums.orphaned),
    changes.map(({ sums }) => times * sums.inputTokens),
    changes.map(({ sums }) => times * sums.outputTokens),
    changes.map(({ sums }) => times * sums.amountNanos),
    changes.map(({ sums }) => times * sums.costNanos),
    changes.map(({ sums }) => minus + sums.latency),
    changes.map(({ sums }) => minus + sums.firstByte),
  ];
  return literals(columns, ROLLUP_SUMS);
}

const BUCKET_PLACE = Object.keys(FINEST_KEY).indexOf('bucket');

function bucketLiteral(changes: readonly FinestChange[]): string {
  return arrayLiteral(instants(changes), FINEST_KEY.bucket);
}

/** Few are different. */
function instants(changes: readonly { readonly bucketMs: number }[]): readonly string[] {
  const texts = new Map<number, string>();
  return changes.map(({ bucketMs }) => {
    let text = texts.get(bucketMs);
    if (text === undefined) texts.set(bucketMs, (text = new Date(bucketMs).toISOString()));
    return text;
  });
}

/** One array for each column, in the order of their types. */
function literals(
  columns: readonly (readonly unknown[])[],
  types: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.values(types).map((type, index) => arrayLiteral(columns[index] ?? [], type));
}
