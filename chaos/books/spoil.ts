import { tamper } from './database-book.js';
import type { Rule } from './verdict.js';

/** Ways to damage the books, each with the rule whose check must find it. */
export const SPOILAGES = {
  'lose-one': 'lost',
  'double-one': 'double',
  'overbill-one': 'billed-beyond-what-was-produced',
} as const satisfies Readonly<Record<string, Rule>>;

export type Spoilage = keyof typeof SPOILAGES;

/** The newest request that was settled with an answer, so that a client saw it succeed. */
const ONE = `
  SELECT id FROM usage_log.usage_records
  WHERE outcome = 'settled' AND error_code IS NULL AND NOT client_disconnected ORDER BY completed_at DESC, id LIMIT 1`;

const STATEMENTS: Readonly<Record<Spoilage, readonly string[]>> = {
  'lose-one': [
    `DELETE FROM quota.ledger_entries WHERE kind = 'charge' AND reference = (${ONE})::text`,
    `DELETE FROM usage_log.usage_records WHERE id = (${ONE})`,
  ],
  'double-one': [
    `WITH original AS (${ONE}), twin AS (
       INSERT INTO quota.reservations
       SELECT (jsonb_populate_record(reservation, jsonb_build_object('id', gen_random_uuid()))).*
       FROM quota.reservations AS reservation WHERE id = (SELECT id FROM original)
       RETURNING id
     )
     INSERT INTO quota.ledger_entries
       (account_id, key_id, kind, counterpart, reference, amount_nanos, balance_after_nanos, note, created_at)
     SELECT entry.account_id, entry.key_id, entry.kind, entry.counterpart, twin.id::text, entry.amount_nanos,
            entry.balance_after_nanos, entry.note, entry.created_at
     FROM twin, quota.ledger_entries AS entry
     WHERE entry.kind = 'charge' AND entry.reference = (SELECT id FROM original)::text`,
  ],
  'overbill-one': [`UPDATE usage_log.usage_records SET output_tokens = output_tokens + 1 WHERE id = (${ONE})`],
};

/** Damages the books of a run that is over. @throws Error when there was nothing to damage. */
export async function spoil(spoilage: Spoilage, databaseUrl: string): Promise<void> {
  let rows = 0;
  for (const statement of STATEMENTS[spoilage]) rows += await tamper(databaseUrl, statement);
  if (rows === 0) throw new Error(`There was nothing to spoil by ${spoilage}.`);
}
