import type { ChatRequest } from './chat-request.js';

/** Counting tokens takes a while, in which nothing else runs: longer texts are not counted. */
export const COUNTED_BYTES_MAX = 256 * 1024;

/**
 * Members of a request that no model reads, so that no provider bills them as input. Whatever else there is counts, also
 * what is not known here: providers have members of their own, such as documents to answer from.
 */
const UNREAD_MEMBERS: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'stream_options',
  'metadata',
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'logit_bias',
  'stop',
  // It is billed, but as output, where the answer does not take it over.
  'prediction',
]);

/**
 * What of a request its model reads, as one text: messages and tools, `functions`, the schema of `response_format`, and
 * so on.
 *
 * @param options.withoutMedia leaves encoded images, sounds and files out, which are no text.
 */
export function billedText({ fields }: ChatRequest, { withoutMedia = false } = {}): string {
  const read = Object.entries(fields).filter(([name, value]) => !UNREAD_MEMBERS.has(name) && isText(value));
  const texts = read.map(([, value]) => value);
  return JSON.stringify(texts, withoutMedia ? withoutData : undefined);
}

/** What the answer is expected to be: as much of it as turns out wrong is billed as output, beside the answer itself. */
export function predictedText({ fields }: ChatRequest): string {
  const { prediction } = fields;
  return isText(prediction) ? JSON.stringify(prediction) : '';
}

/** Numbers and switches set how the model writes; they are not read. */
function isText(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

function withoutData(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return name === 'data' || name === 'file_data' || value.startsWith('data:') ? '' : value;
}
