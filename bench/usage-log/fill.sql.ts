import { ROLLUP_SUMS, ROLLUP_TABLES } from '../../apps/usage-log/src/persistence/rollup-levels.js';

/** What the records are spread over. Few accounts, keys and models have most of the requests, as in life. */
export const ACCOUNTS = 1_000;
export const KEYS_PER_ACCOUNT = 3;
export const MODELS = 30;
export const CHANNELS = 10;
export const DAYS = 30;

const uuidText = (kind: string, number: string) => `md5('${kind}' || (${number}))::uuid::text`;
export const accountId = (number: number | string) => uuidText('account', String(number));
export const keyId = (number: number | string) => uuidText('key', String(number));
export const channelId = (number: number | string) => uuidText('channel', String(number));

const TERMS = JSON.stringify({
  rates: { input: '2500000000', cachedInput: '1250000000', output: '10000000000' },
  perCallNanos: '0',
  tiers: [{ aboveInputTokens: 200_000, rates: { input: '5000000000', output: '15000000000' } }],
});

/**
 * Writes the records of the first day. $1 how many records a day has, $2 and $3 the first and the last of these that are
 * written, $4 when the day ends. They are spread evenly and written in the order of their time, as a worker writes them.
 * A key uses up to three models, one of them most, and a model two channels. Two in a hundred failed; of every hundred
 * thousand, one used a channel that no other request of its model did, and of five hundred thousand, one was a teapot.
 */
export const FILL = (table: string) => `
  INSERT INTO ${table} (id, outcome, request_id, account_id, key_id, key_name, endpoint, stream, model_asked, model_served,
         channel_id, channel_name, upstream_request_id, attempts, tokens, input_tokens, output_tokens, reasoning_tokens,
         estimated, price_version_id, terms, multiplier_millionths, multiplier_source, amount_nanos, cost_nanos,
         finish_reason, http_status, error_code, client_disconnected, started_at, completed_at, latency_ms, first_byte_ms,
         client_ip, user_agent, is_plain)
  SELECT (lpad(to_hex((extract(epoch FROM completed_at) * 1000)::bigint), 12, '0') || '7' || substr(noise, 1, 3) || 'a'
            || substr(noise, 4, 15))::uuid,
         CASE WHEN kind < 0.004 THEN 'released' WHEN kind > 0.9999 THEN 'orphaned' ELSE 'settled' END,
         'req-' || noise, ${uuidText('account', 'account')}, ${uuidText('key', 'account * 3 + key')},
         'key ' || (account * 3 + key) || CASE key WHEN 0 THEN ' production' WHEN 1 THEN ' staging' ELSE ' laptop' END,
         '/v1/chat/completions', true, 'model-' || model, 'model-' || model || '-2026-01-01',
         CASE WHEN kind < 0.004 THEN NULL ELSE ${uuidText('channel', 'channel')} END,
         CASE WHEN kind < 0.004 THEN NULL ELSE 'channel ' || channel END, 'chatcmpl-' || noise, 1,
         jsonb_build_object('input', input, 'output', output), input, output, 0,
         false, '42', '${TERMS}', 1000000, 'default', input * 2500 + output * 10000, input * 2000 + output * 8000,
         'stop',
         CASE WHEN number % 500000 = 77777 THEN 418 WHEN kind < 0.004 THEN 502 WHEN kind < 0.014 THEN 429
              WHEN kind < 0.02 THEN 500 ELSE 200 END,
         CASE WHEN number % 500000 = 77777 THEN 'teapot' WHEN kind < 0.004 THEN 'upstream_error'
              WHEN kind < 0.014 THEN 'rate_limit_exceeded' WHEN kind < 0.02 THEN 'upstream_error' END,
         false, completed_at - latency * interval '1 millisecond', completed_at, latency, latency / 5,
         '203.0.113.' || (account % 250), 'OpenAI/JS 7.57.0', true
    FROM (
      SELECT number, md5(number::text) AS noise, kind, account, key, model,
             CASE WHEN number % 100000 = 55555 THEN 99 ELSE (model + floor(2 * power(random(), 4))::int) % ${CHANNELS} END AS channel,
             (200 + floor(4000 * power(random(), 2)))::int AS input, (20 + floor(800 * power(random(), 2)))::int AS output,
             (200 + floor(exp(random() * 5) * 60))::int AS latency,
             $4::timestamptz - ($1 - number) * (interval '1 day' / $1) AS completed_at
        FROM (
          SELECT number, kind, account, key,
                 floor(${MODELS} * power(((account * 3 + key) * 7919 + favourite * 331) % 1000 / 1000.0, 3))::int AS model
            FROM (
              SELECT number, random() AS kind, floor(${ACCOUNTS} * power(random(), 3))::int AS account,
                     floor(${KEYS_PER_ACCOUNT} * power(random(), 2))::int AS key, floor(3 * power(random(), 4))::int AS favourite
                FROM generate_series($2::bigint, $3::bigint) AS number
            ) AS asked
        ) AS drawn
    ) AS request`;

const COPIED =
  'outcome, account_id, key_id, key_name, endpoint, stream, model_asked, model_served, channel_id, channel_name, ' +
  'attempts, tokens, input_tokens, output_tokens, reasoning_tokens, estimated, price_version_id, terms, ' +
  'multiplier_millionths, multiplier_source, amount_nanos, cost_nanos, finish_reason, http_status, error_code, ' +
  'client_disconnected, latency_ms, first_byte_ms, client_ip, user_agent, is_plain';

/**
 * Writes the records of another day, $1 days later: as the first one, but for their times and ids. Drawing each record
 * anew takes four times as long.
 */
export const FILL_ANOTHER_DAY = (firstDay: string, table: string) => `
  INSERT INTO ${table} (id, request_id, upstream_request_id, started_at, completed_at, ${COPIED})
  SELECT (lpad(to_hex((extract(epoch FROM completed_at + later) * 1000)::bigint), 12, '0') || '7' || substr(noise, 1, 3)
            || 'a' || substr(noise, 4, 15))::uuid,
         'req-' || noise, 'chatcmpl-' || noise, started_at + later, completed_at + later, ${COPIED}
    FROM (SELECT *, md5($1::int || request_id) AS noise, $1::int * interval '1 day' AS later FROM ${firstDay}) AS record`;

/** As in apps/usage-log/src/persistence/rollup-levels.ts. */
const LEVELS: readonly (readonly [level: number, scope: string, part: string])[] = [
  [0, `''`, `''`],
  [1, `''`, 'model'],
  [2, `''`, `coalesce(channel_id, '')`],
  [3, `''`, 'account_id'],
  [4, 'account_id', 'model'],
  [6, 'model', `coalesce(channel_id, '')`],
  [7, 'account_id', 'key_id'],
];

const DAYS_ONLY = [4, 7];

/** The sums of records by hour, account, key, model and channel. */
const SUMS_OF_RECORDS = `
  count(*), count(*) FILTER (WHERE failed), count(*) FILTER (WHERE outcome = 'released'),
  count(*) FILTER (WHERE outcome = 'orphaned'), sum(input_tokens), sum(output_tokens), sum(amount_nanos), sum(cost_nanos),
  sum(took.mark), sum(began.mark)`;
const SUMS = Object.keys(ROLLUP_SUMS).join(', ');
const SUMMED = Object.keys(ROLLUP_SUMS)
  .map((name) => `sum(${name})`)
  .join(', ');

/** What each duration counts as, computed once for each: it takes PostgreSQL as long as all the rest of a record. */
export const MARKS = `
  CREATE TEMP TABLE marks AS
  SELECT milliseconds, duration_mark(milliseconds) AS mark FROM generate_series(0, 20000) AS milliseconds`;

/** The roll-ups that the records have, from the finest on. */
export const ROLL_UPS: readonly string[] = [
  `INSERT INTO ${ROLLUP_TABLES.hour.finest} (bucket, account_id, key_id, model, channel_id, ${SUMS})
   SELECT date_trunc('hour', completed_at, 'UTC'), account_id, key_id, model_asked, channel_id, ${SUMS_OF_RECORDS}
     FROM usage_records
     JOIN marks AS took ON took.milliseconds = latency_ms JOIN marks AS began ON began.milliseconds = first_byte_ms
    GROUP BY 1, 2, 3, 4, 5`,
  `INSERT INTO ${ROLLUP_TABLES.day.finest} (bucket, account_id, key_id, model, channel_id, ${SUMS})
   SELECT date_trunc('day', bucket, 'UTC'), account_id, key_id, model, channel_id, ${SUMMED}
     FROM ${ROLLUP_TABLES.hour.finest} GROUP BY 1, 2, 3, 4, 5`,
  ...(['hour', 'day'] as const).flatMap((granularity) =>
    LEVELS.filter(([level]) => granularity === 'day' || !DAYS_ONLY.includes(level)).map(
      ([level, scope, part]) => `
        INSERT INTO ${ROLLUP_TABLES[granularity].levels} (level, scope, bucket, part, ${SUMS})
        SELECT ${level}, ${scope}, bucket, ${part}, ${SUMMED}
          FROM ${ROLLUP_TABLES[granularity].finest} GROUP BY 2, 3, 4`,
    ),
  ),
];

export const NAMES = `
  INSERT INTO usage_names (kind, id, name, account_id)
  SELECT DISTINCT 'key', key_id, key_name, account_id FROM usage_records
  UNION SELECT DISTINCT 'model', model, model, '' FROM ${ROLLUP_TABLES.day.finest}
  UNION SELECT DISTINCT 'channel', channel_id, channel_id, '' FROM ${ROLLUP_TABLES.day.finest} WHERE channel_id IS NOT NULL
  ON CONFLICT DO NOTHING`;
