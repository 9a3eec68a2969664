import { ROLLUP_TABLES } from './rollup-levels.js';

/** What a record is read with beside its place in the list. */
export const RECORD_COLUMNS =
  'outcome, request_id, account_id, key_id, key_name, endpoint, stream, model_asked, model_served, ' +
  'channel_id, channel_name, upstream_request_id, attempts, tries, tokens, units, reasoning_tokens, ' +
  'estimated, price_version_id, terms, multiplier_millionths, multiplier_source, amount_nanos, ' +
  'cost_nanos, finish_reason, http_status, error_code, client_disconnected, started_at, latency_ms, ' +
  'first_byte_ms, client_ip, user_agent, corrects_orphan, recorded_at';

/** $1 account, $2 from inclusive, $3 to exclusive, $4 how many rows. What an orphan left where it was not is nothing. */
const listRollups = (table: string) => `
  SELECT bucket, account_id, key_id, model, channel_id, requests, failures, input_tokens, output_tokens, amount_nanos
    FROM ${table}
   WHERE account_id = $1 AND bucket >= $2 AND bucket < $3 AND requests > 0
   ORDER BY bucket, key_id, model, channel_id
   LIMIT $4`;

export const LIST_ROLLUPS = {
  hour: listRollups(ROLLUP_TABLES.hour.finest),
  day: listRollups(ROLLUP_TABLES.day.finest),
} as const;
