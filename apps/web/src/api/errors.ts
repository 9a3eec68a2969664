import type { ErrorCode } from '@code-router/contracts';

/** What went wrong on the way: the code of an error envelope, or that there was no answer at all. */
export type ApiErrorCode = ErrorCode | 'offline' | 'unreadable_answer';

/** A request that the gateway refused, or that did not reach it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly code: ApiErrorCode,
    /** What was wrong and what to do, as the gateway says it. */
    message: string,
    /** 0 when there was no answer. */
    readonly status: number,
    /** The fields of the request that are wrong. */
    readonly fields: readonly string[] = [],
    /** Facts for machines beside it, such as what was needed and what is left. */
    readonly details: Readonly<Record<string, unknown>> = {},
    /** Under which the gateway's log has it. */
    readonly requestId: string | null = null,
    readonly retryAfterS: number | null = null,
  ) {
    super(message);
  }
}

export function isApiError(error: unknown, code?: ApiErrorCode): error is ApiError {
  return error instanceof ApiError && (code === undefined || error.code === code);
}

/** Reads the error envelope of a refused request. */
export async function readError(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('x-request-id');
  const retryAfter = response.headers.get('retry-after');
  const retryAfterS = retryAfter === null ? null : Number(retryAfter);
  const envelope = envelopeOf(await response.text());
  if (!envelope) {
    const message = `The answer has the status ${response.status} and says nothing more.`;
    return new ApiError('unreadable_answer', message, response.status, [], {}, requestId, retryAfterS);
  }
  const { code, message, param, type: _type, fields, ...details } = envelope;
  const wrong = typeof fields === 'string' ? fields.split(',') : typeof param === 'string' ? [param] : [];
  return new ApiError(code, message, response.status, wrong, details, requestId, retryAfterS);
}

interface Envelope extends Record<string, unknown> {
  readonly code: ErrorCode;
  readonly message: string;
}

function envelopeOf(text: string): Envelope | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: Partial<Envelope> };
    return typeof error?.code === 'string' && typeof error.message === 'string' ? (error as Envelope) : undefined;
  } catch {
    return undefined;
  }
}
