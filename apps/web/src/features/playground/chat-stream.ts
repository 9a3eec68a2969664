import { createParser } from 'eventsource-parser';
import { scaledDecimal } from '@code-router/money';
import { send } from '../../api/client';
import { ApiError } from '../../api/errors';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly temperature?: number;
  readonly max_completion_tokens?: number;
}

/** What an answer used and cost, as its last event says. */
export interface ChatUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Null when the key does not show costs. */
  readonly costNanos: bigint | null;
}

export type ChatEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'usage'; readonly usage: ChatUsage }
  | { readonly kind: 'finish'; readonly reason: string };

interface Chunk {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: {
    readonly prompt_tokens?: number;
    readonly completion_tokens?: number;
    readonly cost?: number;
  } | null;
  readonly error?: { readonly code?: string; readonly message?: string };
}

const CREDIT_PLACES = 9;

/**
 * Asks for a chat completion, and answers with its events as they come.
 *
 * @throws ApiError when it is refused, or breaks off.
 */
export async function* streamChat(path: string, request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatEvent> {
  const body = { ...request, stream: true, stream_options: { include_usage: true } };
  const response = await send('POST', path, body, { signal });
  if (!response.body) throw new ApiError('unreadable_answer', 'The answer has no body.', response.status);
  const arrived: Chunk[] = [];
  let isDone = false;
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data === '[DONE]') isDone = true;
      else arrived.push(JSON.parse(data) as Chunk);
    },
  });
  const decoder = new TextDecoder();
  try {
    for await (const piece of piecesOf(response.body)) {
      parser.feed(decoder.decode(piece, { stream: true }));
      for (const chunk of arrived.splice(0)) yield* eventsOf(chunk);
    }
  } catch (error) {
    if (error instanceof ApiError || signal.aborted) throw error;
    throw new ApiError('offline', 'The connection broke off in the middle of the answer.', 0);
  }
  if (!isDone) throw new ApiError('upstream_error', 'The answer ended before it was whole.', response.status);
}

function* eventsOf({ choices = [], usage, error }: Chunk): Generator<ChatEvent> {
  if (error)
    throw new ApiError('upstream_error', error.message ?? 'The provider failed in the middle of the answer.', 200);
  const [choice] = choices;
  if (choice?.delta?.content) yield { kind: 'text', text: choice.delta.content };
  if (choice?.finish_reason) yield { kind: 'finish', reason: choice.finish_reason };
  if (usage) {
    const costNanos = usage.cost === undefined ? null : scaledDecimal(String(usage.cost), CREDIT_PLACES).value;
    yield {
      kind: 'usage',
      usage: { inputTokens: usage.prompt_tokens ?? 0, outputTokens: usage.completion_tokens ?? 0, costNanos },
    };
  }
}

/** Not every browser can iterate over a stream. */
async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
