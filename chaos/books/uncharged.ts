import type { ClientEntry } from '../clients/client-book.js';
import type { UpstreamEntry } from '../upstream/upstream-book.js';
import type { ReservationEntry } from './database-book.js';

/** Why it is right that a request was not charged. */
export type UnchargedReason = keyof typeof UNCHARGED_REASONS;

export const UNCHARGED_REASONS = {
  'not admitted': 'the gateway refused it or was not there: nothing was held, and nothing asked upstream',
  'without an answer': 'its hold was released: the client got nothing of an answer, or an error in its place',
  'not produced': 'its gateway died before the upstream had produced anything',
  'not received': 'its gateway died before anything of an answer had come to the client',
  'before its first checkpoint': 'its gateway died when its client had been getting pieces for a moment',
} as const;

/** What the books say of a request that no ledger entry charges. */
export interface UnchargedCase {
  readonly client: ClientEntry | undefined;
  /** Every call that the gateway made for it. */
  readonly served: readonly UpstreamEntry[];
  readonly reservations: readonly ReservationEntry[];
}

/**
 * @param checkpointMsMax by when a stream that reaches its client has its first checkpoint.
 * @returns undefined when nothing excuses it: then it is lost.
 */
export function whyUncharged(
  { client, served, reservations }: UnchargedCase,
  checkpointMsMax: number,
): UnchargedReason | undefined {
  const received = client?.pieces ?? 0;
  if (client?.outcome === 'succeeded') return undefined;
  if (reservations.length === 0) return served.length === 0 && received === 0 ? 'not admitted' : undefined;
  if (!reservations.some(({ status }) => status === 'expired')) return received === 0 ? 'without an answer' : undefined;
  if (served.every(({ produced }) => produced === 0)) return received === 0 ? 'not produced' : undefined;
  if (received === 0) return 'not received';
  return (client?.receivingMs ?? Infinity) <= checkpointMsMax ? 'before its first checkpoint' : undefined;
}
