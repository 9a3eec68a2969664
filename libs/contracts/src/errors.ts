/** The stable codes of the errors that cross an edge. A code, once published, keeps its meaning. */
export const ERROR_CODES = [
  'invalid_request_error',
  'body_too_large',
  'invalid_api_key',
  'unauthorized',
  'forbidden',
  'insufficient_quota',
  'rate_limit_exceeded',
  'account_disabled',
  'key_disabled',
  'key_expired',
  'model_not_allowed',
  'ip_not_allowed',
  'request_too_large',
  'not_found',
  'model_not_found',
  'model_not_priced',
  'conflict',
  'no_channel_available',
  'upstream_error',
  'upstream_timeout',
  'service_unavailable',
  'internal_error',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Facts for machines that travel with an error, such as which limit refused and what is left. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/**
 * An error that a caller may see: a stable code and a sentence that says what was wrong and what to do. What only the
 * operator may know goes into `cause`, which is logged and never sent. The HTTP edge alone decides the status.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
