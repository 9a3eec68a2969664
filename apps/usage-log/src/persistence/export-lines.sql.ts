import type { UsageAudience, UsageExportFormat } from '@code-router/contracts';

/** What only operators may know: how a request was routed, and what the provider asks. */
const FOR_OPERATORS = new Set(['channelId', 'channelName', 'upstreamRequestId', 'attempts', 'tries', 'costNanos']);

const instant = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * Text is always quoted. Spreadsheets run cells that begin with one of these characters as formulas, also quoted ones,
 * and callers choose much of what is in a record: an apostrophe makes them text.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
const text = (column: string) =>
  `coalesce('"' || CASE WHEN left(${column}, 1) IN ('=', '+', '-', '@', E'\\t', E'\\r', E'\\n') THEN '''' ELSE '' END
    || replace(${column}, '"', '""') || '"', '')`;
const plain = (expression: string) => `coalesce((${expression})::text, '')`;
const tokens = (tokenClass: string) => plain(`tokens ->> '${tokenClass}'`);

/** The columns of a CSV, in their order. Token classes are disjoint; inputTokens and outputTokens are their sums. */
const CSV_COLUMNS: Readonly<Record<string, string>> = {
  completedAt: instant('completed_at'),
  startedAt: instant('started_at'),
  id: plain('id'),
  requestId: text('request_id'),
  accountId: text('account_id'),
  keyId: text('key_id'),
  keyName: text('key_name'),
  endpoint: text('endpoint'),
  stream: plain('stream'),
  modelAsked: text('model_asked'),
  modelServed: text('model_served'),
  channelId: text('channel_id'),
  channelName: text('channel_name'),
  upstreamRequestId: text('upstream_request_id'),
  attempts: plain('attempts'),
  outcome: plain('outcome'),
  httpStatus: plain('http_status'),
  errorCode: text('error_code'),
  finishReason: text('finish_reason'),
  clientDisconnected: plain('client_disconnected'),
  inputTokens: plain('input_tokens'),
  cachedInputTokens: tokens('cachedInput'),
  cacheWrite5mTokens: tokens('cacheWrite5m'),
  cacheWrite1hTokens: tokens('cacheWrite1h'),
  inputImageTokens: tokens('inputImage'),
  inputAudioTokens: tokens('inputAudio'),
  outputTokens: plain('output_tokens'),
  outputAudioTokens: tokens('outputAudio'),
  reasoningTokens: plain('reasoning_tokens'),
  estimated: plain('estimated'),
  priceVersionId: text('price_version_id'),
  multiplierMillionths: plain('multiplier_millionths'),
  multiplierSource: text('multiplier_source'),
  amountNanos: plain('amount_nanos'),
  costNanos: plain('cost_nanos'),
  latencyMs: plain('latency_ms'),
  firstByteMs: plain('first_byte_ms'),
  clientIp: text('client_ip'),
  userAgent: text('user_agent'),
};

/** The members of a JSON object, which is a usage record as it is listed. */
const JSON_MEMBERS: Readonly<Record<string, string>> = {
  id: 'id',
  reservationId: 'id',
  outcome: 'outcome',
  requestId: 'request_id',
  accountId: 'account_id',
  keyId: 'key_id',
  keyName: 'key_name',
  endpoint: 'endpoint',
  stream: 'stream',
  modelAsked: 'model_asked',
  modelServed: 'model_served',
  channelId: 'channel_id',
  channelName: 'channel_name',
  upstreamRequestId: 'upstream_request_id',
  attempts: 'attempts',
  tries: 'tries',
  tokens: 'tokens',
  units: 'units',
  reasoningTokens: 'reasoning_tokens',
  estimated: 'estimated',
  priceVersionId: 'price_version_id',
  terms: 'terms',
  multiplierMillionths: 'multiplier_millionths::text',
  multiplierSource: 'multiplier_source',
  amountNanos: 'amount_nanos::text',
  costNanos: 'cost_nanos::text',
  finishReason: 'finish_reason',
  httpStatus: 'http_status',
  errorCode: 'error_code',
  clientDisconnected: 'client_disconnected',
  startedAt: instant('started_at'),
  completedAt: instant('completed_at'),
  latencyMs: 'latency_ms',
  firstByteMs: 'first_byte_ms',
  clientIp: 'client_ip',
  userAgent: 'user_agent',
  correctsOrphan: 'CASE WHEN corrects_orphan THEN true END',
  recordedAt: instant('recorded_at'),
};

/** The first line of a CSV. */
export function csvHeader(audience: UsageAudience): string {
  return `${shown(CSV_COLUMNS, audience)
    .map(([name]) => name)
    .join(',')}\r\n`;
}

/** The line of a record, with its end, as PostgreSQL writes it: rows would otherwise be taken apart and put together. */
export function exportLine(format: UsageExportFormat, audience: UsageAudience): string {
  if (format === 'csv') {
    const cells = shown(CSV_COLUMNS, audience).map(([, cell]) => cell);
    return `${cells.join(` || ',' || `)} || E'\\r\\n'`;
  }
  const members = shown(JSON_MEMBERS, audience).map(([name, value]) => `'${name}', ${value}`);
  return `json_strip_nulls(json_build_object(${members.join(', ')}))::text || E'\\n'`;
}

function shown(columns: Readonly<Record<string, string>>, audience: UsageAudience): readonly [string, string][] {
  return Object.entries(columns).filter(([name]) => audience === 'operator' || !FOR_OPERATORS.has(name));
}
