import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ChannelSettings } from '../../channels/domain/channel.js';
import { TokenCounter } from '../../tokens/token-counter.js';
import { normalizeOpenAiUsage } from '../openai-compatible/usage.js';
import { Provider, type ReportedUsage, type UpstreamAnswer, type UpstreamCall } from '../provider.js';
import { demoSentences } from './demo-text.js';
import { PacedBody } from './paced-body.js';

/** What a channel of this provider can set. */
interface DemoSettings {
  /** Between two chunks of a stream. */
  readonly chunkDelayMs: number;
  /** The length of an answer whose request sets no lower limit. */
  readonly answerTokens: number;
}

interface DemoRequest {
  readonly model: string;
  readonly messages: readonly { readonly content?: unknown }[];
  readonly max_tokens?: number | null;
  readonly max_completion_tokens?: number | null;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
}

interface Answer {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly tokens: readonly string[];
  readonly finishReason: 'stop' | 'length';
  readonly usage: object;
}

const CHUNK_DELAY_MS_DEFAULT = 20;
const ANSWER_TOKENS_DEFAULT = 64;
const ANSWER_TOKENS_MAX = 100_000;
/** What OpenAI's chat format adds to the text of each message, and to the whole. */
const TOKENS_PER_MESSAGE = 3;
const TOKENS_PER_REQUEST = 3;

/**
 * Answers without any upstream, so that a newcomer needs no account anywhere: the same question always gets the same
 * text, counted in real tokens, and streamed as a model would.
 */
@Injectable()
export class DemoProvider extends Provider {
  override readonly name = 'demo';

  constructor(private readonly counter: TokenCounter) {
    super();
  }

  override async send({ body, channel, stream }: UpstreamCall): Promise<UpstreamAnswer> {
    const settings = settingsOf(channel.settings);
    const request = JSON.parse(body.toString('utf8')) as DemoRequest;
    const answer = await this.answer(request, settings);
    const chunks = stream ? eventsOf(answer, request.stream_options?.include_usage === true) : [completionOf(answer)];
    return {
      status: 200,
      contentType: stream ? 'text/event-stream' : 'application/json',
      requestId: answer.id,
      body: new PacedBody(chunks, settings.chunkDelayMs),
    };
  }

  override normalizeUsage(usage: unknown): ReportedUsage | undefined {
    return normalizeOpenAiUsage(usage);
  }

  private async answer(request: DemoRequest, { answerTokens }: DemoSettings): Promise<Answer> {
    const texts = request.messages.map((message) => textOf(message.content));
    const limit = request.max_completion_tokens ?? request.max_tokens ?? Infinity;
    const tokens = await this.write(texts.at(-1) ?? '', Math.min(answerTokens, limit));
    const prompt =
      (await this.counter.count(texts.join('\n'))) + texts.length * TOKENS_PER_MESSAGE + TOKENS_PER_REQUEST;
    return {
      id: `chatcmpl-demo-${createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 24)}`,
      created: Math.floor(Date.now() / 1_000),
      model: request.model,
      tokens,
      finishReason: limit < answerTokens ? 'length' : 'stop',
      usage: {
        prompt_tokens: prompt,
        completion_tokens: tokens.length,
        total_tokens: prompt + tokens.length,
        prompt_tokens_details: { cached_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    };
  }

  private async write(question: string, count: number): Promise<readonly string[]> {
    const tokens: string[] = [];
    for (const sentence of demoSentences(question)) {
      if (tokens.length >= count) break;
      tokens.push(...(await this.counter.split(sentence)));
    }
    return tokens.slice(0, count);
  }
}

function completionOf({ id, created, model, tokens, finishReason, usage }: Answer): string {
  const message = { role: 'assistant', content: tokens.join(''), refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: finishReason }];
  return JSON.stringify({ id, object: 'chat.completion', created, model, choices, usage });
}

function eventsOf(answer: Answer, includeUsage: boolean): readonly string[] {
  const { id, created, model, tokens, finishReason, usage } = answer;
  const head = { id, object: 'chat.completion.chunk', created, model };
  // With usage asked for, OpenAI sends `usage: null` in every chunk but the last.
  const noUsage = includeUsage ? { usage: null } : {};
  const chunk = (delta: object, finish: string | null): string =>
    event({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], ...noUsage });
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...tokens.map((content) => chunk({ content }, null)),
    chunk({}, finishReason),
    ...(includeUsage ? [event({ ...head, choices: [], usage })] : []),
    'data: [DONE]\n\n',
  ];
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** The text of a message's content, which is a string or a list of parts. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return (content as readonly { text?: unknown }[])
    .map((part) => (typeof part?.text === 'string' ? part.text : ''))
    .join(' ');
}

function settingsOf(settings: ChannelSettings): DemoSettings {
  return {
    chunkDelayMs: wholeNumber(settings['chunkDelayMs'], CHUNK_DELAY_MS_DEFAULT, 60_000),
    answerTokens: wholeNumber(settings['answerTokens'], ANSWER_TOKENS_DEFAULT, ANSWER_TOKENS_MAX),
  };
}

function wholeNumber(value: string | number | undefined, fallback: number, max: number): number {
  const number = Number(value ?? fallback);
  return Number.isInteger(number) && number >= 0 && number <= max ? number : fallback;
}
