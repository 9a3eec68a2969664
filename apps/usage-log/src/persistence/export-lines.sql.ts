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

type JsonMember = readonly [kind: 'text' | 'quoted' | 'plain', expression: string];

/** The members of a JSON object, which is a usage record as it is listed. `quoted` is what needs no escaping. */
const JSON_MEMBERS: Readonly<Record<string, JsonMember>> = {
  id: ['quoted', 'id'],
  reservationId: ['quoted', 'id'],
  outcome: ['quoted', 'outcome'],
  requestId: ['text', 'request_id'],
  accountId: ['text', 'account_id'],
  keyId: ['text', 'key_id'],
  keyName: ['text', 'key_name'],
  endpoint: ['text', 'endpoint'],
  stream: ['plain', 'stream::text'],
  modelAsked: ['text', 'model_asked'],
  modelServed: ['text', 'model_served'],
  channelId: ['text', 'channel_id'],
  channelName: ['text', 'channel_name'],
  upstreamRequestId: ['text', 'upstream_request_id'],
  attempts: ['plain', 'attempts'],
  tries: ['plain', 'tries'],
  tokens: ['plain', 'tokens'],
  units: ['plain', 'units'],
  reasoningTokens: ['plain', 'reasoning_tokens'],
  estimated: ['plain', 'estimated::text'],
  priceVersionId: ['text', 'price_version_id'],
  terms: ['plain', 'terms'],
  multiplierMillionths: ['quoted', 'multiplier_millionths'],
  multiplierSource: ['text', 'multiplier_source'],
  amountNanos: ['quoted', 'amount_nanos'],
  costNanos: ['quoted', 'cost_nanos'],
  finishReason: ['text', 'finish_reason'],
  httpStatus: ['plain', 'http_status'],
  errorCode: ['text', 'error_code'],
  clientDisconnected: ['plain', 'client_disconnected::text'],
  startedAt: ['quoted', instant('started_at')],
  completedAt: ['quoted', instant('completed_at')],
  latencyMs: ['plain', 'latency_ms'],
  firstByteMs: ['plain', 'first_byte_ms'],
  clientIp: ['text', 'client_ip'],
  userAgent: ['text', 'user_agent'],
  correctsOrphan: ['plain', `CASE WHEN corrects_orphan THEN 'true' END`],
  recordedAt: ['quoted', instant('recorded_at')],
};
const OPTIONAL_MEMBERS = new Set([
  'modelServed',
  'channelId',
  'channelName',
  'upstreamRequestId',
  'tries',
  'units',
  'costNanos',
  'finishReason',
  'errorCode',
  'firstByteMs',
  'clientIp',
  'userAgent',
  'correctsOrphan',
]);
/** A function of PostgreSQL takes a hundred arguments. */
const MEMBERS_PER_CALL = 20;

/** Written piece by piece: `json_build_object`, and taking the nulls out of it again, takes twice the time. */
function jsonLine(members: readonly (readonly [string, JsonMember])[]): string {
  const pieces = members.map(([name, [kind, expression]], index) => {
    const begin = `${index === 0 ? '{' : ','}"${name}":`;
    const piece = {
      text: `'${begin}', to_json(${expression})`,
      quoted: `'${begin}"', ${expression}, '"'`,
      plain: `'${begin}', ${expression}`,
    }[kind];
    return OPTIONAL_MEMBERS.has(name) ? `CASE WHEN (${expression}) IS NOT NULL THEN concat(${piece}) END` : piece;
  });
  const calls: string[] = [];
  for (let first = 0; first < pieces.length; first += MEMBERS_PER_CALL) {
    calls.push(`concat(${pieces.slice(first, first + MEMBERS_PER_CALL).join(', ')})`);
  }
  return `${calls.join(' || ')} || E'}\\n'`;
}

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
  return jsonLine(shown(JSON_MEMBERS, audience));
}

function shown<Column>(
  columns: Readonly<Record<string, Column>>,
  audience: UsageAudience,
): readonly (readonly [string, Column])[] {
  return Object.entries(columns).filter(([name]) => audience === 'operator' || !FOR_OPERATORS.has(name));
}
