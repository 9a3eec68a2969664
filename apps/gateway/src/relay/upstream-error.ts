import type { Channel } from '../channels/domain/channel.js';

const MESSAGE_LENGTH_MAX = 2_000;

/** By which a provider says that the account behind a key has no money left, or was closed. */
const UNPAID: ReadonlySet<unknown> = new Set([
  // OpenAI, with 429.
  'insufficient_quota',
  'billing_not_active',
  // Moonshot, with 429.
  'exceeded_current_quota_error',
  // Alibaba Cloud, with 400.
  'Arrearage',
]);
/** By which it says that it does not know the key: Google with 400, others with 401. */
const UNKNOWN_KEY: ReadonlySet<unknown> = new Set(['API_KEY_INVALID', 'invalid_api_key']);
/**
 * xAI, with 400, says it in words alone. Only at their beginning: further on they may be the client's own, quoted, and no
 * client may have a key taken for a bad one.
 */
const UNKNOWN_KEY_WORDS = /^(?:(?:incorrect|invalid) api key\b|api key (?:not valid|expired)\b)/i;

/** Ids of the operator's account, and what looks like a key. */
const PRIVATE_TEXTS = /\b(?:org|proj|sk)[-_][\w*-]{12,}/g;

/** What a provider says is wrong, in whichever of the forms that are about. */
export interface UpstreamError {
  readonly message: string;
  readonly param: string | null;
  /** The status that says what the answer means, where it blames the key it was asked with; otherwise undefined. */
  readonly keyStatus: 401 | 402 | 403 | undefined;
}

/**
 * Reads an answer whose status is not a success.
 *
 * @see https://platform.openai.com/docs/guides/error-codes
 * @see https://ai.google.dev/gemini-api/docs/api-key, whose OpenAI dialect puts the error into an array
 */
export function readUpstreamError(status: number, body: Buffer): UpstreamError {
  const root = rootOf(body);
  const error = isObject(root['error']) ? root['error'] : root;
  const said = typeof root['error'] === 'string' ? root['error'] : error['message'];
  const message = typeof said === 'string' && said !== '' ? said : 'it did not say why.';
  return {
    message,
    param: typeof error['param'] === 'string' ? error['param'] : null,
    keyStatus: keyStatusOf(status, message, [root['code'], error['code'], error['type'], ...reasonsIn(error)]),
  };
}

/** A provider's words for the operator: some repeat the key that they refuse. */
export function withoutKeys(text: string, { keys }: Pick<Channel, 'keys'>): string {
  return keys.reduce((masked, { secret }) => masked.replaceAll(secret, '…'), text).slice(0, MESSAGE_LENGTH_MAX);
}

/** A provider's words for a client, whom neither the channel's keys nor the ids of the operator's account concern. */
export function withoutPrivateTexts(text: string, channel: Pick<Channel, 'keys'>): string {
  return withoutKeys(text, channel).replaceAll(PRIVATE_TEXTS, '…');
}

function keyStatusOf(status: number, message: string, codes: readonly unknown[]): 401 | 402 | 403 | undefined {
  if (status === 401 || status === 402 || status === 403) return status;
  if (status !== 400 && status !== 429) return undefined;
  if (codes.some((code) => UNPAID.has(code))) return 402;
  const isUnknown = codes.some((code) => UNKNOWN_KEY.has(code)) || UNKNOWN_KEY_WORDS.test(message);
  return status === 400 && isUnknown ? 401 : undefined;
}

/** Google's. */
function reasonsIn({ details }: Record<string, unknown>): readonly unknown[] {
  return Array.isArray(details) ? details.map((detail) => (isObject(detail) ? detail['reason'] : undefined)) : [];
}

function rootOf(body: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    const root: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    return isObject(root) ? root : {};
  } catch {
    // An error page of some proxy; it helps no client.
    return {};
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
