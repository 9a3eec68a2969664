import { Injectable } from '@nestjs/common';
import type { ReportedUsage } from '../providers/provider.js';
import { approximateTokens, TokenCounter } from '../tokens/token-counter.js';
import { billedText, COUNTED_BYTES_MAX } from './billed-text.js';
import type { ChatRequest } from './chat-request.js';

/**
 * Counts tokens here, for answers whose provider sent no usage or was cut off before it could: an answer that was
 * delivered is never free for want of a number.
 */
@Injectable()
export class LocalUsage {
  constructor(private readonly counter: TokenCounter) {}

  /** For a stream whose text is gone: only its size and its pieces are known. */
  async ofStream(request: ChatRequest, textBytes: number, textPieces: number): Promise<ReportedUsage> {
    return usage(await this.inputTokens(request), approximateTokens(textBytes, textPieces));
  }

  async ofAnswer(request: ChatRequest, text: string): Promise<ReportedUsage> {
    return usage(await this.inputTokens(request), await this.countOrApproximate(text));
  }

  private inputTokens(request: ChatRequest): Promise<number> {
    return this.countOrApproximate(billedText(request, { withoutMedia: true }));
  }

  private async countOrApproximate(text: string): Promise<number> {
    const bytes = Buffer.byteLength(text);
    return bytes > COUNTED_BYTES_MAX ? approximateTokens(bytes, 0) : this.counter.count(text);
  }
}

/**
 * What a provider reported, unless it cannot be true: no token at all, for an answer with text in it. Some servers report
 * zeros for what they do not count, and nothing that was delivered is free for want of a number.
 */
export function believable(reported: ReportedUsage | undefined, hasText: boolean): ReportedUsage | undefined {
  const isNothing = reported !== undefined && Object.values(reported.tokens).every((count) => count === 0);
  return isNothing && hasText ? undefined : reported;
}

function usage(input: number, output: number): ReportedUsage {
  return { tokens: { input, output }, reasoningTokens: 0 };
}
