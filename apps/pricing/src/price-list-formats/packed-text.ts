import { gunzipSync, gzipSync } from 'node:zlib';
import { DomainError, type PriceListText } from '@code-router/contracts';

/** Many times the longest list there is; what unpacks to more is refused before it fills the memory. */
const LENGTH_BYTES_MAX = 32 * 1_048_576;

/** @throws DomainError `invalid_request_error` when it is not text in the encoding that it names, or too long. */
export function unpacked({ content, encoding }: PriceListText): string {
  if (typeof content !== 'string') throw refusal('content must be text.');
  if (encoding === undefined) return content;
  if (encoding !== 'gzip-base64') throw refusal('encoding must be gzip-base64, or absent.', 'encoding');
  try {
    return gunzipSync(Buffer.from(content, 'base64'), { maxOutputLength: LENGTH_BYTES_MAX }).toString('utf8');
  } catch (error) {
    throw refusal(`content cannot be unpacked, or is longer than ${LENGTH_BYTES_MAX} bytes.`, 'content', error);
  }
}

export function packed(text: string, encoding: PriceListText['encoding']): PriceListText {
  return encoding === undefined ? { content: text } : { content: gzipSync(text).toString('base64'), encoding };
}

function refusal(message: string, param = 'content', cause?: unknown): DomainError {
  return new DomainError('invalid_request_error', message, { param }, { cause });
}
