import { Injectable } from '@nestjs/common';
import { costBoundNanos, type UnitUsage } from '@code-router/money';
import { TokenCounter } from '../tokens/token-counter.js';
import { billedText, COUNTED_BYTES_MAX, predictedText } from './billed-text.js';
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

/**
 * What an image may cost, whatever its size in bytes: most models scale images to fit. Of those that do not, the docs tell:
 * docs/overspend.md.
 */
const IMAGE_TOKENS = 4_096;
/** What every message costs beside its text, in the chat formats that are public. */
const TOKENS_PER_MESSAGE = 8;
/** Vendors' tokenizers differ; this much covers what others make of the same text. */
const COUNT_MARGIN_PERCENT = 20;
/** Parts of a message whose tokens their bytes bound: what they hold is in the body, and is no more than it. */
const BOUNDED_PARTS: ReadonlySet<unknown> = new Set([undefined, 'text', 'refusal', 'input_audio']);

/** Step 3: the most that this request can cost. */
@Injectable()
export class Estimating {
  constructor(private readonly counter: TokenCounter) {}

  /** A bound that costs nothing to find: no tokenizer makes more tokens of a text than it has bytes. */
  bound(request: ChatRequest, quote: PricedQuote): Estimate {
    const input = request.body.length + mediaTokens(request);
    return this.priced({ input, predicted: Buffer.byteLength(predictedText(request)) }, request, quote);
  }

  /**
   * A count for when the bound does not fit the balance but the request itself may. Undefined where it would not be
   * lower, or the request is too long to count.
   */
  async count(request: ChatRequest, quote: PricedQuote, bound: Estimate): Promise<Estimate | undefined> {
    if (request.body.length > COUNTED_BYTES_MAX) return undefined;
    const counted = (await this.counter.count(billedText(request))) + request.messages.length * TOKENS_PER_MESSAGE;
    const predicted = withMargin(await this.counter.count(predictedText(request)));
    const estimate = this.priced({ input: withMargin(counted) + mediaTokens(request), predicted }, request, quote);
    return estimate.costNanos < bound.costNanos ? estimate : undefined;
  }

  /**
   * The same request with as much output as an amount pays for. Undefined where that is not even one token of each choice,
   * the client's own limit already is lower, or the client foretells the answer: a prediction and a limit of the output
   * exclude each other.
   */
  withLessOutput(
    request: ChatRequest,
    quote: PricedQuote,
    { outputTokens, ...rest }: Estimate,
    availableNanos: bigint,
  ): Estimate | undefined {
    if (predictedText(request) !== '') return undefined;
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

  private priced(
    { input, predicted }: { readonly input: number; readonly predicted: number },
    request: ChatRequest,
    quote: PricedQuote,
  ): Estimate {
    const { maxOutputTokens, contextWindow } = quote.message;
    // The model takes no more than its window, and writes no more than its limit, whatever is asked.
    const inputTokens = Math.min(input, contextWindow);
    const written = Math.min(request.outputTokensMax ?? maxOutputTokens, maxOutputTokens);
    // What is predicted wrongly is billed as if it had been written.
    const outputTokens = (written + Math.min(predicted, contextWindow)) * request.choices;
    const units = unitsHeldFor(request.units, request.choices, quote.terms);
    return {
      inputTokens,
      outputTokens,
      units,
      costNanos: costBoundNanos({ inputTokens, outputTokens, units }, quote.terms, quote.multiplierMillionths),
    };
  }
}

function withMargin(counted: number): number {
  return Math.ceil((counted * (100 + COUNT_MARGIN_PERCENT)) / 100);
}

/**
 * What media may cost beyond what they are in the body. Of a file or a video nothing tells how long it is, whether it is
 * linked or compressed: it may fill the model's window, and more the model does not take.
 */
function mediaTokens(request: ChatRequest): number {
  let tokens = 0;
  for (const message of request.messages) {
    const { content, audio } = message as { content?: unknown; audio?: unknown };
    // An answer that was spoken earlier is named, not repeated.
    if (audio) return Infinity;
    if (!Array.isArray(content)) continue;
    for (const part of content as readonly unknown[]) {
      const { type } = (part ?? {}) as { type?: unknown };
      if (type === 'image_url') tokens += IMAGE_TOKENS;
      else if (!BOUNDED_PARTS.has(type)) return Infinity;
    }
  }
  return tokens;
}
