import {
  MULTIPLIER_SOURCES,
  usageEventId,
  type MultiplierSource,
  type UsageData,
  type UsageEvent,
  type UsageOutcome,
} from '@code-router/contracts';
import {
  parseNanos,
  priceTermsFromText,
  TOKEN_CLASSES,
  UNIT_CLASSES,
  type PriceTermsText,
  type TokenUsage,
  type UnitUsage,
} from '@code-router/money';

/** What came of reading an event: its data, or why it can never be recorded. */
export type ReadEvent = { readonly data: UsageData } | { readonly reason: string };

/**
 * Reads a usage event that was published by whatever program. Fields that are not known are left out: later versions
 * may add some. A token class that is not known makes the event unreadable, because the record could not explain its
 * amount: the event waits among the dead letters for a usage-log that knows the class.
 */
export function readUsageEvent(event: unknown): ReadEvent {
  if (typeof event === 'string') return { reason: 'the event is no JSON object' };
  if (!isObject(event) || !isObject(event['data'])) return { reason: 'the event has no data' };
  const faults: string[] = [];
  const data = event['data'];
  for (const { name, isValid } of CHECKS) if (!isValid(data[name])) faults.push(`data.${name} is not usable`);
  if (event['specversion'] !== '1.0') faults.push('specversion is not 1.0');
  if (event['type'] !== `code-router.usage.v1.${String(data['outcome'])}`)
    faults.push('type does not match the outcome');
  if (event['id'] !== usageEventId(data as unknown as UsageData)) faults.push('id is not that of its reservation');
  return faults.length > 0 ? { reason: faults.join('; ') } : { data: (event as unknown as UsageEvent).data };
}

const OUTCOMES: readonly UsageOutcome[] = ['settled', 'released', 'orphaned'];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;
/** An index of PostgreSQL refuses what is longer than about 2,700 bytes. */
const INDEXED_LENGTH_MAX = 500;
/** Nearly all amounts: these need not be computed to know that they fit. */
const SURELY_NANOS = /^\d{1,18}$/;
/** So many different terms are remembered to be usable; then it begins anew. Most requests have the same few. */
const TERMS_MAX = 1_000;
const usableTerms = new Set<string>();
const INT4_MAX = 2_147_483_647;

const FIELDS: { readonly [Name in keyof Required<UsageData>]: (value: unknown) => boolean } = {
  outcome: (value) => OUTCOMES.includes(value as UsageOutcome),
  reservationId: (value) => typeof value === 'string' && UUID.test(value),
  requestId: isIndexable,
  accountId: isIndexable,
  keyId: isIndexable,
  keyName: isText,
  endpoint: isText,
  stream: isBoolean,
  modelAsked: isIndexable,
  modelServed: orAbsent(isText),
  channelId: orAbsent(isIndexable),
  channelName: orAbsent(isText),
  upstreamRequestId: orAbsent(isText),
  attempts: isInt4,
  tries: orAbsent(isListOfTries),
  tokens: isTokenUsage,
  reasoningTokens: isCount,
  units: orAbsent(isUnitUsage),
  estimated: isBoolean,
  priceVersionId: isText,
  terms: isPriceTerms,
  multiplierMillionths: isNanos,
  multiplierSource: (value) => MULTIPLIER_SOURCES.includes(value as MultiplierSource),
  amountNanos: isNanos,
  costNanos: orAbsent(isNanos),
  finishReason: orAbsent(isText),
  httpStatus: (value) => isCount(value) && value <= 999,
  errorCode: orAbsent(isText),
  clientDisconnected: isBoolean,
  startedAt: isInstant,
  completedAt: isInstant,
  latencyMs: isDuration,
  firstByteMs: orAbsent(isDuration),
  clientIp: orAbsent(isText),
  userAgent: orAbsent(isText),
};

const CHECKS = (Object.keys(FIELDS) as (keyof UsageData)[]).map((name) => ({ name, isValid: FIELDS[name] }));

function orAbsent(isValid: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || isValid(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isIndexable(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= INDEXED_LENGTH_MAX;
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isInt4(value: unknown): boolean {
  return isCount(value) && value <= INT4_MAX;
}

function isDuration(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= INT4_MAX;
}

function isInstant(value: unknown): boolean {
  return typeof value === 'string' && ISO_INSTANT.test(value) && !Number.isNaN(Date.parse(value));
}

function isNanos(value: unknown): boolean {
  if (typeof value === 'string' && SURELY_NANOS.test(value)) return true;
  return typeof value === 'string' && doesNotThrow(() => parseNanos(value)) && !value.startsWith('-');
}

function isPriceTerms(value: unknown): boolean {
  const text = JSON.stringify(value);
  if (usableTerms.has(text)) return true;
  const isUsable = doesNotThrow(() => priceTermsFromText(value as PriceTermsText));
  if (usableTerms.size >= TERMS_MAX) usableTerms.clear();
  if (isUsable) usableTerms.add(text);
  return isUsable;
}

function isTokenUsage(value: unknown): value is TokenUsage {
  return isCountOf(TOKEN_CLASSES, value);
}

function isUnitUsage(value: unknown): value is UnitUsage {
  return isCountOf(UNIT_CLASSES, value);
}

function isCountOf(classes: readonly string[], value: unknown): boolean {
  if (!isObject(value)) return false;
  for (const name in value) if (!classes.includes(name) || !isCount(value[name])) return false;
  return true;
}

function isListOfTries(value: unknown): boolean {
  return Array.isArray(value) && value.every(isTry);
}

function isTry(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { channelId, channelName, providerKey, result, httpStatus, durationMs } = value;
  const isNamed = [channelId, channelName, result].every(isText) && orAbsent(isText)(providerKey);
  return isNamed && orAbsent(isCount)(httpStatus) && isDuration(durationMs);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function doesNotThrow(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
