import { Injectable } from '@nestjs/common';
import { costBoundNanos, type UnitUsage } from '@code-router/money';
import { TokenCounter } from '../tokens/token-counter.js';
import type { ChatRequest } from './chat-request.js';
import type { PricedQuote } from './quote.js';
import { unitsHeldFor } from './requested-units.js';

/** The most that a request may use and cost. */
export interface Estimate {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Pieces of what the price names; absent when there can be none. */
  readonly units?: UnitUsage | undefined;
  readonly costNanos: bigint;
}

/** What an image or a file may cost the model that is sent as a link, so that its size is not in the body. */
const LINKED_MEDIA_TOKENS = 4_096;
/** What every message costs beside its text, in the chat formats that are public. */
const TOKENS_PER_MESSAGE = 8;
/** Vendors' tokenizers differ; this much covers what others make of the same text. */
const COUNT_MARGIN_PERCENT = 20;
/** Counting takes a while, in which nothing else runs: longer requests keep their bound. */
const COUNTED_BYTES_MAX = 256 * 1024;

/** Step 3: the most that this request can cost. */
@Injectable()
export class Estimating {
  constructor(private readonly counter: TokenCounter) {}

  /** A bound that costs nothing to find: no tokenizer makes more tokens of a text than it has bytes. */
  bound(request: ChatRequest, quote: PricedQuote): Estimate {
    return this.priced(request.body.length + linkedMedia(request) * LINKED_MEDIA_TOKENS, request, quote);
  }

  /**
   * A count for when the bound does not fit the balance but the request itself may. Undefined where it would not be
   * lower, or the request is too long to count.
   */
  async count(request: ChatRequest, quote: PricedQuote, bound: Estimate): Promise<Estimate | undefined> {
    if (request.body.length > COUNTED_BYTES_MAX) return undefined;
    const text = JSON.stringify([request.messages, request.tools ?? null]);
    const counted = (await this.counter.count(text)) + request.messages.length * TOKENS_PER_MESSAGE;
    const inputTokens =
      Math.ceil((counted * (100 + COUNT_MARGIN_PERCENT)) / 100) + linkedMedia(request) * LINKED_MEDIA_TOKENS;
    const estimate = this.priced(inputTokens, request, quote);
    return estimate.costNanos < bound.costNanos ? estimate : undefined;
  }

  /**
   * The same request with as much output as an amount pays for. Undefined where that is not even one token of each choice,
   * or the client's own limit already is lower.
   */
  withLessOutput(
    request: ChatRequest,
    quote: PricedQuote,
    { outputTokens, ...rest }: Estimate,
    availableNanos: bigint,
  ): Estimate | undefined {
    const costOf = (output: number): bigint =>
      costBoundNanos({ ...rest, outputTokens: output }, quote.terms, quote.multiplierMillionths);
    let fits = 0;
    let tooMany = Math.floor(outputTokens / request.choices);
    while (tooMany - fits > 1) {
      const middle = Math.floor((fits + tooMany) / 2);
      if (costOf(middle * request.choices) <= availableNanos) fits = middle;
      else tooMany = middle;
    }
    const output = fits * request.choices;
    return fits === 0 ? undefined : { ...rest, outputTokens: output, costNanos: costOf(output) };
  }

  private priced(inputMax: number, request: ChatRequest, quote: PricedQuote): Estimate {
    const { maxOutputTokens, contextWindow } = quote.message;
    // The model takes no more than its window, and writes no more than its limit, whatever is asked.
    const inputTokens = Math.min(inputMax, contextWindow);
    const outputTokens = Math.min(request.outputTokensMax ?? maxOutputTokens, maxOutputTokens) * request.choices;
    const units = unitsHeldFor(request.units, request.choices, quote.terms);
    return {
      inputTokens,
      outputTokens,
      units,
      costNanos: costBoundNanos({ inputTokens, outputTokens, units }, quote.terms, quote.multiplierMillionths),
    };
  }
}

/** Content parts that point to something instead of holding it. */
function linkedMedia(request: ChatRequest): number {
  let links = 0;
  for (const message of request.messages) {
    const content = (message as { content?: unknown } | null)?.content;
    if (!Array.isArray(content)) continue;
    for (const part of content as readonly unknown[]) {
      const { type } = (part ?? {}) as { type?: unknown };
      if (type !== undefined && type !== 'text' && type !== 'input_audio') links += 1;
    }
  }
  return links;
}
