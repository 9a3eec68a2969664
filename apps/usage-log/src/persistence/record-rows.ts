import type { UsageData, UsageRecord, UsageRollup } from '@code-router/contracts';
import { inputTokens, outputTokens } from '@code-router/money';
import { arrayLiteral } from './array-literal.js';
import { COLUMNS, type ChangedRow, type RecordColumn } from './record-usage.sql.js';
import type { RolledUp } from './rolled-up.js';

/** A page of records must fit into a message, whatever clients call themselves. */
const USER_AGENT_LENGTH_MAX = 500;

/** What would be escaped in JSON or in CSV. */
const ESCAPED = /["\\\p{Cc}]/u;
/** What makes a formula of a cell, at its beginning. */
const FORMULA = '=+-@';
const TEXTS = (Object.keys(COLUMNS) as RecordColumn[]).filter(
  (name): name is Exclude<RecordColumn, 'is_plain'> => COLUMNS[name] === 'text',
);

/** Whether no text of a record has anything of it. */
function isPlain(row: Readonly<Record<Exclude<RecordColumn, 'is_plain'>, unknown>>): boolean {
  let all = '';
  for (const name of TEXTS) {
    const text = row[name];
    if (typeof text !== 'string' || text === '') continue;
    if (FORMULA.includes(text.charAt(0))) return false;
    all += text;
  }
  return !ESCAPED.test(all);
}

/** A record as it is written; what is absent is null in the database. */
export function rowOf(usage: UsageData, completedAt: Date): Record<RecordColumn, unknown> {
  const row = {
    id: usage.reservationId,
    outcome: usage.outcome,
    request_id: usage.requestId,
    account_id: usage.accountId,
    key_id: usage.keyId,
    key_name: usage.keyName,
    endpoint: usage.endpoint,
    stream: usage.stream,
    model_asked: usage.modelAsked,
    model_served: usage.modelServed,
    channel_id: usage.channelId,
    channel_name: usage.channelName,
    upstream_request_id: usage.upstreamRequestId,
    attempts: usage.attempts,
    tries: JSON.stringify(usage.tries),
    tokens: JSON.stringify(usage.tokens),
    units: JSON.stringify(usage.units),
    input_tokens: inputTokens(usage.tokens),
    output_tokens: outputTokens(usage.tokens),
    reasoning_tokens: usage.reasoningTokens,
    estimated: usage.estimated,
    price_version_id: usage.priceVersionId,
    terms: JSON.stringify(usage.terms),
    multiplier_millionths: usage.multiplierMillionths,
    multiplier_source: usage.multiplierSource,
    amount_nanos: usage.amountNanos,
    cost_nanos: usage.costNanos,
    finish_reason: usage.finishReason,
    http_status: usage.httpStatus,
    error_code: usage.errorCode,
    client_disconnected: usage.clientDisconnected,
    started_at: usage.startedAt,
    completed_at: completedAt.toISOString(),
    latency_ms: Math.round(usage.latencyMs),
    first_byte_ms: usage.firstByteMs === undefined ? undefined : Math.round(usage.firstByteMs),
    client_ip: usage.clientIp,
    user_agent: usage.userAgent?.slice(0, USER_AGENT_LENGTH_MAX),
  };
  return Object.assign(row, { is_plain: isPlain(row) });
}

/** The same, as one array for each column. */
export function columnLiterals(rows: readonly Record<RecordColumn, unknown>[]): string[] {
  return (Object.keys(COLUMNS) as RecordColumn[]).map((name) =>
    arrayLiteral(
      rows.map((row) => row[name]),
      COLUMNS[name],
    ),
  );
}

/** What roll-ups summed up of a record that was taken out. */
export function rolledUpOfRow(row: ChangedRow): RolledUp {
  return {
    accountId: row.account_id,
    keyId: row.key_id,
    model: row.model_asked,
    channelId: row.channel_id,
    completedAtMs: row.completed_at.getTime(),
    outcome: row.outcome,
    failed: row.failed,
    inputTokens: BigInt(row.input_tokens),
    outputTokens: BigInt(row.output_tokens),
    amountNanos: BigInt(row.amount_nanos),
    costNanos: BigInt(row.cost_nanos ?? 0),
    latencyMs: row.latency_ms,
    firstByteMs: row.first_byte_ms,
  };
}

/** A record as it is read: 64-bit integers come as text. */
export interface RecordRow {
  id: string;
  outcome: UsageData['outcome'];
  request_id: string;
  account_id: string;
  key_id: string;
  key_name: string;
  endpoint: string;
  stream: boolean;
  model_asked: string;
  model_served: string | null;
  channel_id: string | null;
  channel_name: string | null;
  upstream_request_id: string | null;
  attempts: number;
  tries: NonNullable<UsageData['tries']> | null;
  tokens: UsageData['tokens'];
  units: NonNullable<UsageData['units']> | null;
  reasoning_tokens: string;
  estimated: boolean;
  price_version_id: string;
  terms: UsageData['terms'];
  multiplier_millionths: string;
  multiplier_source: UsageData['multiplierSource'];
  amount_nanos: string;
  cost_nanos: string | null;
  finish_reason: string | null;
  http_status: number;
  error_code: string | null;
  client_disconnected: boolean;
  started_at: Date;
  completed_at: Date;
  latency_ms: number;
  first_byte_ms: number | null;
  client_ip: string | null;
  user_agent: string | null;
  corrects_orphan: boolean;
  recorded_at: Date;
}

export function recordOf(row: RecordRow): UsageRecord {
  return {
    id: row.id,
    reservationId: row.id,
    outcome: row.outcome,
    requestId: row.request_id,
    accountId: row.account_id,
    keyId: row.key_id,
    keyName: row.key_name,
    endpoint: row.endpoint,
    stream: row.stream,
    modelAsked: row.model_asked,
    attempts: row.attempts,
    tokens: row.tokens,
    reasoningTokens: Number(row.reasoning_tokens),
    estimated: row.estimated,
    priceVersionId: row.price_version_id,
    terms: row.terms,
    multiplierMillionths: row.multiplier_millionths,
    multiplierSource: row.multiplier_source,
    amountNanos: row.amount_nanos,
    httpStatus: row.http_status,
    clientDisconnected: row.client_disconnected,
    startedAt: row.started_at.toISOString(),
    completedAt: row.completed_at.toISOString(),
    latencyMs: row.latency_ms,
    recordedAt: row.recorded_at.toISOString(),
    ...(row.model_served !== null && { modelServed: row.model_served }),
    ...(row.channel_id !== null && { channelId: row.channel_id }),
    ...(row.channel_name !== null && { channelName: row.channel_name }),
    ...(row.upstream_request_id !== null && { upstreamRequestId: row.upstream_request_id }),
    ...(row.tries !== null && { tries: row.tries }),
    ...(row.units !== null && { units: row.units }),
    ...(row.cost_nanos !== null && { costNanos: row.cost_nanos }),
    ...(row.corrects_orphan && { correctsOrphan: true }),
    ...(row.finish_reason !== null && { finishReason: row.finish_reason }),
    ...(row.error_code !== null && { errorCode: row.error_code }),
    ...(row.first_byte_ms !== null && { firstByteMs: row.first_byte_ms }),
    ...(row.client_ip !== null && { clientIp: row.client_ip }),
    ...(row.user_agent !== null && { userAgent: row.user_agent }),
  };
}

export interface RollupRow {
  bucket: Date;
  account_id: string;
  key_id: string;
  model: string;
  channel_id: string | null;
  requests: string;
  failures: string;
  input_tokens: string;
  output_tokens: string;
  amount_nanos: string;
}

export function rollupOf(row: RollupRow): UsageRollup {
  return {
    bucket: row.bucket.toISOString(),
    accountId: row.account_id,
    keyId: row.key_id,
    model: row.model,
    channelId: row.channel_id,
    requests: Number(row.requests),
    failures: Number(row.failures),
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    amountNanos: row.amount_nanos,
  };
}
