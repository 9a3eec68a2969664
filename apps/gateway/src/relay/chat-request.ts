import { isUtf8 } from 'node:buffer';
import { DomainError } from '@code-router/contracts';
import type { OutputLimit } from '../providers/provider.js';
import { findMember, splice, withFirstMember } from './json-member.js';
import { requestedUnits, type RequestedUnits } from './requested-units.js';

/** A chat completions request: its bytes, and the few fields of it that the relay reads. */
export interface ChatRequest {
  /** As the client sent it, but for a byte order mark. */
  readonly body: Buffer;
  readonly model: string;
  readonly stream: boolean;
  /** Whether the client asked for the usage chunk of a stream. */
  readonly includeUsage: boolean;
  /** The most tokens of one choice, when the client set a limit. */
  readonly outputTokensMax?: number | undefined;
  /** How many answers were asked for. */
  readonly choices: number;
  readonly messages: readonly unknown[];
  /** Everything that it says, these messages included. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What of the provider's own tools it may use; absent when none. */
  readonly units?: RequestedUnits | undefined;
  /** Whether `stream_options` is present, so that it must be changed rather than added. */
  readonly hasStreamOptions: boolean;
}

const CHOICES_MAX = 128;
const OUTPUT_LIMITS: readonly OutputLimit[] = ['max_completion_tokens', 'max_tokens'];

/**
 * Reads a request body.
 *
 * @throws DomainError `invalid_request_error` whose `param` names the field that is wrong.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export function readChatRequest(sent: Buffer): ChatRequest {
  const body = withoutByteOrderMark(sent);
  const fields = parseObject(body);
  const { model, messages, stream, stream_options: streamOptions } = fields;
  if (typeof model !== 'string' || model === '') {
    throw invalid('model', 'is required: the name of a model, a string. GET /v1/models lists those you may use');
  }
  if (!Array.isArray(messages)) throw invalid('messages', 'is required: an array of messages');
  if (messages.length === 0) throw invalid('messages', 'must have at least one message');
  const stranger = messages.findIndex((message) => !isObject(message));
  if (stranger >= 0) throw invalid(`messages[${stranger}]`, 'must be an object');
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
    throw invalid('stream', 'must be true or false');
  }
  const hasStreamOptions = streamOptions !== undefined && streamOptions !== null;
  if (hasStreamOptions && !isObject(streamOptions)) throw invalid('stream_options', 'must be an object');

  const outputTokensMax =
    wholeNumber(fields, 'max_completion_tokens', Number.MAX_SAFE_INTEGER) ??
    wholeNumber(fields, 'max_tokens', Number.MAX_SAFE_INTEGER);
  return {
    body,
    model,
    stream: stream === true,
    includeUsage: isObject(streamOptions) && streamOptions['include_usage'] === true,
    outputTokensMax,
    choices: wholeNumber(fields, 'n', CHOICES_MAX) ?? 1,
    messages: messages as readonly unknown[],
    fields,
    units: requestedUnits(fields),
    hasStreamOptions: 'stream_options' in fields,
  };
}

/**
 * The body to send upstream: the client's own bytes, except for the model's name where the channel has another one, for
 * asking for usage where the client did not, and for a limit of the output where no more can be paid.
 */
export function upstreamBody(
  request: ChatRequest,
  upstreamModel: string,
  limit?: { readonly tokens: number; readonly name: OutputLimit },
): Buffer {
  let { body } = request;
  if (limit) body = limitOutput(request, limit.tokens, limit.name);
  if (upstreamModel !== request.model) body = replaceMember(body, 'model', JSON.stringify(upstreamModel));
  if (request.stream && !request.includeUsage) body = askForUsage(body, request.hasStreamOptions);
  return body;
}

/** Lowers the limits that the client sent, in either of their names; sets the one of that name where it sent none. */
function limitOutput({ body, fields }: ChatRequest, tokens: number, name: OutputLimit): Buffer {
  const sent = OUTPUT_LIMITS.filter((limit) => typeof fields[limit] === 'number');
  const limits = sent.length > 0 ? sent : [name];
  // One that is null is as good as absent, but for its place.
  return limits.reduce(
    (limited, limit) =>
      limit in fields
        ? replaceMember(limited, limit, tokens.toString())
        : withFirstMember(limited, `"${limit}":${tokens}`),
    body,
  );
}

function askForUsage(body: Buffer, hasStreamOptions: boolean): Buffer {
  if (!hasStreamOptions) return withFirstMember(body, '"stream_options":{"include_usage":true}');
  const options = findMember(body, 'stream_options');
  if (!options) return body;
  const current = JSON.parse(body.toString('utf8', options.start, options.end)) as object | null;
  return splice(body, options, JSON.stringify({ ...current, include_usage: true }));
}

function replaceMember(body: Buffer, name: string, value: string): Buffer {
  const range = findMember(body, name);
  return range ? splice(body, range, value) : body;
}

/** Some clients send one; neither JSON nor providers know it. */
function withoutByteOrderMark(body: Buffer): Buffer {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : body;
}

function parseObject(body: Buffer): Record<string, unknown> {
  // Decoding would put replacement characters where the provider gets the bytes as they are.
  if (!isUtf8(body)) throw new DomainError('invalid_request_error', 'The request body is not valid UTF-8.');
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new DomainError(
      'invalid_request_error',
      `The request body is not valid JSON: ${(error as Error).message}`,
      {},
    );
  }
  if (!isObject(parsed)) {
    throw new DomainError('invalid_request_error', 'The request body must be a JSON object.');
  }
  return parsed;
}

function wholeNumber(fields: Record<string, unknown>, name: string, max: number): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > max) {
    const range = max === Number.MAX_SAFE_INTEGER ? 'of at least 1' : `from 1 to ${max}`;
    throw invalid(name, `must be a whole number ${range}`);
  }
  return value as number;
}

function invalid(param: string, problem: string): DomainError {
  return new DomainError('invalid_request_error', `'${param}' ${problem}.`, { param });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
