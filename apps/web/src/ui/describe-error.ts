import type { TFunction } from 'i18next';
import { ApiError } from '../api/errors';

export interface ErrorDescription {
  readonly title: string;
  /** What was wrong and what to do. */
  readonly advice: string;
  /** The id under which the operator finds it in the log; null where there is none. */
  readonly reference: string | null;
}

/** What a person is told about anything thrown. `t` is that of the namespace `ui`. */
export function describeError(error: unknown, t: TFunction<'ui'>): ErrorDescription {
  if (!(error instanceof ApiError)) {
    return { title: t('error.unknown'), advice: t('error.reload'), reference: null };
  }
  const { code, message, retryAfterS, status, requestId } = error;
  const title = t(`error.code.${code}`, { defaultValue: t('error.unknown') });
  const wait = retryAfterS === null ? '' : ` ${t('error.wait', { count: retryAfterS })}`;
  // The gateway's own words say what was wrong in this very case; only operators need the id of a refusal.
  const advice = code === 'offline' ? t('error.offline') : `${message}${wait}`;
  return { title, advice, reference: status >= 500 ? requestId : null };
}
