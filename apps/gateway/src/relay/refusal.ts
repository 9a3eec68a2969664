import { DomainError, type LimitName, type ReservationRefused } from '@code-router/contracts';
import { quotaUnitsText } from '@code-router/money';

const LIMITS: Readonly<Partial<Record<LimitName, string>>> = {
  budget: 'budget for this period',
  quota: 'quota',
  member_budget: 'budget for this month',
  balance: 'balance',
  requests_per_minute: 'requests per minute',
  tokens_per_minute: 'tokens per minute',
  concurrency: 'requests at the same time',
};

const RETRY_AFTER_MS_DEFAULT = 1_000;

/** What a caller is told when quota refused: which limit it was, what it needed, what is left, what to do. */
export function refusal(refused: ReservationRefused, unitsPerCredit: bigint): DomainError {
  const { code, limit, limitName, neededNanos = '0', availableNanos = '0', most, needed, left, retryAfterMs } = refused;
  const source = { limit, limitName };
  const what = `the ${limit}'s ${LIMITS[limitName] ?? limitName}`;
  switch (code) {
    case 'insufficient_quota': {
      const inUnits = (nanos: string) => quotaUnitsText(BigInt(nanos), unitsPerCredit);
      const units = { needed: inUnits(neededNanos), available: inUnits(availableNanos) };
      return new DomainError(
        code,
        `This request may cost up to ${units.needed} quota units, but ${what} has ${units.available} left. ` +
          'Top up, raise the limit, or lower max_tokens.',
        { ...source, neededNanos, availableNanos, ...units, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
      );
    }
    case 'rate_limit_exceeded':
      return new DomainError(code, `The limit of ${what} is reached. Please retry.`, {
        ...source,
        ...counts({ most, needed, left }),
        retryAfterMs: retryAfterMs ?? RETRY_AFTER_MS_DEFAULT,
      });
    case 'request_too_large':
      return new DomainError(
        code,
        `This request may use up to ${needed} tokens, more than ${what} allow at all (${most}). ` +
          'Shorten it, or lower max_tokens.',
        { ...source, ...counts({ most, needed, left }) },
      );
    case 'account_disabled':
      return new DomainError(code, 'This account is disabled.', source);
    case 'key_disabled':
      return new DomainError(code, 'This API key is disabled.', source);
    case 'key_expired':
      return new DomainError(code, 'This API key has expired.', source);
    case 'invalid_api_key':
      return new DomainError(code, 'This API key is not known. It may have been deleted.', source);
    case 'model_not_allowed':
      return new DomainError(code, 'This API key may not use this model.', { ...source, param: 'model' });
    case 'ip_not_allowed':
      return new DomainError(code, 'This API key may not be used from this address.', source);
    default:
      return unknownRefusal(code);
  }
}

function counts(values: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const known = Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return Object.fromEntries(known);
}

function unknownRefusal(code: never): never {
  throw new RangeError(`Quota refused with the unknown code ${String(code)}`);
}
