import { TopUpMessages } from '@code-router/contracts';
import type { ServiceClient } from '@code-router/messaging';

/** A record with what was refunded of it, which only the ledger knows: null when it does not answer. */
export async function withRefund<Record extends { readonly reservationId: string }>(
  client: ServiceClient,
  record: Record,
): Promise<Record & { readonly refundedNanos: string | null }> {
  const { reservationId } = record;
  const refundedNanos = await client.request(TopUpMessages.refunded, { reservationId }).then(
    (answer) => answer.refundedNanos,
    () => null,
  );
  return { ...record, refundedNanos };
}
