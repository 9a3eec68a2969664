import type { UsageFilters, UsageOutcome } from '@code-router/contracts';
import type { Problems } from '@code-router/input';
import { isPlainText, optionalInstant } from './fields.js';

/** Whether requests succeeded for their client, or which HTTP status exactly it got. */
export type StatusFilter = { readonly kind: 'ok' } | { readonly kind: 'error' } | StatusCodeFilter;

export interface StatusCodeFilter {
  readonly kind: 'code';
  readonly code: number;
}

/** What records must be like; absent fields do not matter. */
export interface RecordFilters {
  /** Inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
  readonly accountId?: string | undefined;
  /** One of these; no record is of one of none. */
  readonly keyIds?: readonly string[] | undefined;
  readonly model?: string | undefined;
  readonly channelId?: string | undefined;
  readonly outcome?: UsageOutcome | undefined;
  readonly status?: StatusFilter | undefined;
  readonly requestId?: string | undefined;
  /** Part of the key's name, whatever its case. */
  readonly keyName?: string | undefined;
}

const OUTCOMES: readonly UsageOutcome[] = ['settled', 'released', 'orphaned'];
const KEYS_MAX = 10_000;

/** Reads filters; what is wrong with them is noted in `problems`. */
export function readFilters(request: UsageFilters, problems: Problems): RecordFilters {
  const text = (field: 'accountId' | 'model' | 'channelId' | 'requestId' | 'keyName'): string | undefined => {
    const value: unknown = request[field];
    if (value === undefined || isPlainText(value)) return value;
    problems.expect(false, field, 'must be text');
    return undefined;
  };
  const from = optionalInstant(request.from, 'from', problems);
  const to = optionalInstant(request.to, 'to', problems);
  problems.expect(!(from && to && to < from), 'to', 'must not be before from');
  return {
    from,
    to,
    accountId: text('accountId'),
    keyIds: readKeys(request, problems),
    model: text('model'),
    channelId: text('channelId'),
    outcome: readOutcome(request.outcome, problems),
    status: readStatus(request.status, problems),
    requestId: text('requestId'),
    // Everything contains nothing: an empty text is no filter.
    keyName: text('keyName') || undefined,
  };
}

/** The keys that both `keyId` and `keyIds` leave. */
export function readKeys(
  { keyId, keyIds }: Pick<UsageFilters, 'keyId' | 'keyIds'>,
  problems: Problems,
): readonly string[] | undefined {
  problems.expect(keyId === undefined || isPlainText(keyId), 'keyId', 'must be text');
  const isList = Array.isArray(keyIds) && keyIds.length <= KEYS_MAX && keyIds.every(isPlainText);
  problems.expect(keyIds === undefined || isList, 'keyIds', `must be a list of at most ${KEYS_MAX} ids`);
  if (keyId === undefined) return keyIds;
  return keyIds === undefined || keyIds.includes(keyId) ? [keyId] : [];
}

function readOutcome(outcome: UsageFilters['outcome'], problems: Problems): UsageOutcome | undefined {
  const isKnown = outcome === undefined || OUTCOMES.includes(outcome);
  problems.expect(isKnown, 'outcome', `must be one of ${OUTCOMES.join(', ')}`);
  return isKnown ? outcome : undefined;
}

function readStatus(status: unknown, problems: Problems): StatusFilter | undefined {
  if (status === undefined) return undefined;
  if (status === 'ok' || status === 'error') return { kind: status };
  if (typeof status === 'string' && /^[1-9]\d\d$/.test(status)) return { kind: 'code', code: Number(status) };
  problems.expect(false, 'status', 'must be ok, error or an HTTP status such as 429');
  return undefined;
}
