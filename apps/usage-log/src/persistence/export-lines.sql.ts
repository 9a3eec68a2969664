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
const carefulCell = (column: string) =>
  `'"' || CASE WHEN left(${column}, 1) IN ('=', '+', '-', '@', E'\\t', E'\\r', E'\\n') THEN '''' ELSE '' END
    || replace(${column}, '"', '""') || '"'`;

/** What is in a cell: text, which may be anything, or what needs no quotes. */
type Cell = readonly [kind: 'text' | 'plain', expression: string];
const tokens = (tokenClass: string): Cell => ['plain', `tokens ->> '${tokenClass}'`];

/** The columns of a CSV, in their order. Token classes are disjoint; inputTokens and outputTokens are their sums. */
const CSV_COLUMNS: Readonly<Record<string, Cell>> = {
  completedAt: ['plain', instant('completed_at')],
  startedAt: ['plain', instant('started_at')],
  id: ['plain', 'id'],
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
  outcome: ['plain', 'outcome'],
  httpStatus: ['plain', 'http_status'],
  errorCode: ['text', 'error_code'],
  finishReason: ['text', 'finish_reason'],
  clientDisconnected: ['plain', 'client_disconnected::text'],
  inputTokens: ['plain', 'input_tokens'],
  cachedInputTokens: tokens('cachedInput'),
  cacheWrite5mTokens: tokens('cacheWrite5m'),
  cacheWrite1hTokens: tokens('cacheWrite1h'),
  inputImageTokens: tokens('inputImage'),
  inputAudioTokens: tokens('inputAudio'),
  outputTokens: ['plain', 'output_tokens'],
  outputAudioTokens: tokens('outputAudio'),
  reasoningTokens: ['plain', 'reasoning_tokens'],
  estimated: ['plain', 'estimated::text'],
  priceVersionId: ['text', 'price_version_id'],
  multiplierMillionths: ['plain', 'multiplier_millionths'],
  multiplierSource: ['text', 'multiplier_source'],
  amountNanos: ['plain', 'amount_nanos'],
  costNanos: ['plain', 'cost_nanos'],
  latencyMs: ['plain', 'latency_ms'],
  firstByteMs: ['plain', 'first_byte_ms'],
  clientIp: ['text', 'client_ip'],
  userAgent: ['text', 'user_agent'],
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

/** Members that are absent are null, and `concat_ws` leaves them out together with their comma. */
function jsonLine(members: readonly (readonly [string, JsonMember])[], writeText: (column: string) => string): string {
  const written = members.map(([name, [kind, expression]]) => {
    const key = `"${name}":`;
    switch (kind) {
      case 'text':
        return `'${key}' || ${writeText(expression)}`;
      case 'quoted':
        return `'${key}"' || ${expression} || '"'`;
      case 'plain':
        return `'${key}' || (${expression})::text`;
      default:
        return kind satisfies never;
    }
  });
  return `'{' || concat_ws(',', ${written.join(', ')}) || E'}\\n'`;
}

/** Cells that are null are empty ones, which `concat_ws` would leave out. */
function csvLine(cells: readonly Cell[], writeText: (column: string) => string): string {
  const written = cells.map(([kind, expression]) => {
    const text = kind === 'text' ? writeText(expression) : `(${expression})::text`;
    return `coalesce(${text}, '')`;
  });
  return `concat_ws(',', ${written.join(', ')}) || E'\\r\\n'`;
}

/** The first line of a CSV. */
export function csvHeader(audience: UsageAudience): string {
  return `${shown(CSV_COLUMNS, audience)
    .map(([name]) => name)
    .join(',')}\r\n`;
}

const quotedText = (column: string) => `'"' || ${column} || '"'`;

/**
 * The line of a record, with its end, as PostgreSQL writes it: rows would otherwise be taken apart and put together.
 * Nearly all records are plain: their texts have nothing in them that would have to be escaped, which the worker saw when
 * it recorded them. Looking again, at each of sixteen texts, would be most of the work.
 */
export function exportLine(format: UsageExportFormat, audience: UsageAudience): string {
  const line = (writeText: { readonly csv: typeof quotedText; readonly json: typeof quotedText }) =>
    format === 'csv'
      ? csvLine(
          shown(CSV_COLUMNS, audience).map(([, cell]) => cell),
          writeText.csv,
        )
      : jsonLine(shown(JSON_MEMBERS, audience), writeText.json);
  const careful = line({ csv: carefulCell, json: (column) => `to_json(${column})::text` });
  return `CASE WHEN is_plain THEN ${line({ csv: quotedText, json: quotedText })} ELSE ${careful} END`;
}

function shown<Column>(
  columns: Readonly<Record<string, Column>>,
  audience: UsageAudience,
): readonly (readonly [string, Column])[] {
  return Object.entries(columns).filter(([name]) => audience === 'operator' || !FOR_OPERATORS.has(name));
}
