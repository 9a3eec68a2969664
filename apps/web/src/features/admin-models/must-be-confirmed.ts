import { isApiError } from '../../api/errors';

/** Whether the gateway took a price for a slip, and wants to hear that it is meant. */
export function mustBeConfirmed(error: unknown): boolean {
  return (
    isApiError(error, 'invalid_request_error') &&
    (error.fields.includes('confirmed') || error.message.includes('`confirmed: true`'))
  );
}
