import type { RecordsQuery } from '../domain/records-query.js';

/** A model is the one that was asked for: it is what the price belongs to. */
const FILTER_COLUMNS = {
  accountId: 'account_id',
  keyId: 'key_id',
  model: 'model_asked',
  requestId: 'request_id',
} as const;

/**
 * One page of records by keyset: the page starts right below the last record of the page before, found by an index, so
 * the thousandth page costs what the first one does. One record more than the page holds tells whether another follows.
 */
export function listRecords({ filters, after, limit }: RecordsQuery): { sql: string; parameters: unknown[] } {
  const parameters: unknown[] = [limit + 1];
  const conditions: string[] = [];
  for (const [filter, column] of Object.entries(FILTER_COLUMNS)) {
    const value = filters[filter as keyof typeof FILTER_COLUMNS];
    if (value !== undefined) conditions.push(`${column} = $${parameters.push(value)}`);
  }
  if (after) {
    const completedAt = parameters.push(after.completedAt);
    conditions.push(`(completed_at, id) < ($${completedAt}, $${parameters.push(after.id)})`);
  }
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  return { sql: `SELECT * FROM usage_records ${where} ORDER BY completed_at DESC, id DESC LIMIT $1`, parameters };
}

/** $1 account, $2 from inclusive, $3 to exclusive, $4 how many rows. */
const listRollups = (table: string) => `
  SELECT bucket, account_id, key_id, model, channel_id, requests, failures, input_tokens, output_tokens, amount_nanos
    FROM ${table}
   WHERE account_id = $1 AND bucket >= $2 AND bucket < $3
   ORDER BY bucket, key_id, model, channel_id
   LIMIT $4`;

export const LIST_ROLLUPS = { hour: listRollups('usage_hourly'), day: listRollups('usage_daily') } as const;
