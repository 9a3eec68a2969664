import { Injectable } from '@nestjs/common';

type Encoding = typeof import('gpt-tokenizer/encoding/o200k_base');

/** Bytes of English text that make about one token. */
const BYTES_PER_TOKEN = 4;

/** Counts tokens as OpenAI's current models do (o200k). Other vendors' counts differ by some percent. */
@Injectable()
export class TokenCounter {
  private encoding: Promise<Encoding> | undefined;

  async count(text: string): Promise<number> {
    const { encode } = await this.load();
    // Text that looks like a control token is text here: it came from a user.
    return encode(text, { disallowedSpecial: new Set() }).length;
  }

  /** The text of each token, in order; joined they are the text. */
  async split(text: string): Promise<readonly string[]> {
    const { encode, decodeGenerator } = await this.load();
    return [...decodeGenerator(encode(text, { disallowedSpecial: new Set() }))];
  }

  /** The vocabulary takes tens of megabytes: it is loaded when it is first needed, not at start. */
  private load(): Promise<Encoding> {
    this.encoding ??= import('gpt-tokenizer/encoding/o200k_base');
    return this.encoding;
  }
}

/**
 * About how many tokens a text of so many bytes is, where the text itself is gone. A stream's pieces are one token each
 * with most providers, so their number is a lower bound.
 */
export function approximateTokens(bytes: number, pieces: number): number {
  return Math.max(Math.ceil(bytes / BYTES_PER_TOKEN), pieces);
}
