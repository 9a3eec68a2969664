import { Injectable } from '@nestjs/common';
import { creditsText, inputTokens, outputTokens, quotaUnitsText } from '@code-router/money';
import type { Channel } from '../channels/domain/channel.js';
import { UpstreamFailure, type Provider, type ReportedUsage, type UpstreamAnswer } from '../providers/provider.js';
import { SiteSettings } from '../site/site-settings.js';
import { findMember, splice, withFirstMember } from './json-member.js';
import { believable, LocalUsage } from './local-usage.js';
import { admissionHeaders, withUnits, type Delivery, type RelayJob, type Settle } from './relay-job.js';
import { readWhole } from './read-whole.js';
import { upstreamRefusal, UpstreamRefusal } from './upstream-refusal.js';

/** The fields of a chat completion that the relay reads. */
interface ChatCompletion {
  readonly model?: unknown;
  readonly usage?: unknown;
  readonly error?: unknown;
  readonly choices?: readonly {
    readonly finish_reason?: unknown;
    readonly message?: {
      readonly content?: unknown;
      readonly reasoning?: unknown;
      readonly reasoning_content?: unknown;
      readonly tool_calls?: unknown;
      readonly annotations?: unknown;
    };
  }[];
}

/** Passes on an answer that comes in one piece. */
@Injectable()
export class DeliverAnswer {
  constructor(
    private readonly localUsage: LocalUsage,
    private readonly site: SiteSettings,
  ) {}

  /**
   * Reads the whole answer before any of it leaves: what it cost is told in its headers.
   *
   * @throws UpstreamRefusal when the provider answered with an error; UpstreamFailure when with nothing usable.
   */
  async deliver(
    job: RelayJob,
    channel: Channel,
    provider: Provider,
    answer: UpstreamAnswer,
    settle: Settle,
  ): Promise<Delivery> {
    const { exchange, request, quote, principal } = job;
    const firstByteMs = exchange.elapsedMs;
    const body = await readWhole(answer.body);
    if (answer.status < 200 || answer.status > 299) throw upstreamRefusal(answer, body, channel);
    const completion = readCompletion(body);

    const reported = believable(provider.normalizeUsage(completion.usage), hasText(completion));
    const counted = reported ?? (await this.localUsage.ofAnswer(request, writtenText(completion)));
    const usage = withUnits(job, counted, citesTheWeb(completion));
    const costNanos = quote.costNanos(usage.tokens, usage.units);
    const headers: Record<string, string> = { ...admissionHeaders(job), 'content-type': answer.contentType };
    if (principal.showCost) headers['x-code-router-cost'] = quotaUnitsText(costNanos, this.site.quotaUnitsPerCredit);
    const told = principal.showCost ? withCost(body, completion, usage, costNanos) : body;

    const [choice] = completion.choices ?? [];
    const delivery = {
      usage,
      isEstimated: reported === undefined,
      modelServed: textOrNothing(completion.model),
      finishReason: textOrNothing(choice?.finish_reason),
      upstreamRequestId: answer.requestId,
      firstByteMs,
    };
    settle(delivery);
    exchange.respond(200, headers, told);
    return delivery;
  }
}

function readCompletion(body: Buffer): ChatCompletion {
  let completion: ChatCompletion;
  try {
    completion = JSON.parse(body.toString('utf8')) as ChatCompletion;
  } catch (error) {
    throw new UpstreamFailure('broken', 'The provider sent an answer that is not JSON.', { cause: error });
  }
  if (Array.isArray(completion?.choices)) return completion;
  if (completion?.error) {
    const consequence = { status: 502, isRetryable: true };
    throw new UpstreamRefusal('upstream_error', 'The provider reported an error in place of an answer.', consequence);
  }
  throw new UpstreamFailure('broken', 'The provider sent an answer that is not a chat completion.');
}

/** The answer with its cost, in credits, in its usage; the rest of it byte for byte as it came. */
function withCost(body: Buffer, completion: ChatCompletion, usage: ReportedUsage, costNanos: bigint): Buffer {
  const cost = `"cost":${creditsText(costNanos)}`;
  const range = findMember(body, 'usage');
  if (typeof completion.usage === 'object' && completion.usage !== null && range) {
    const isEmpty = Object.keys(completion.usage).length === 0;
    return splice(body, { start: range.start + 1, end: range.start + 1 }, isEmpty ? cost : `${cost},`);
  }
  const prompt = inputTokens(usage.tokens);
  const written = outputTokens(usage.tokens);
  const counted = `{${cost},"prompt_tokens":${prompt},"completion_tokens":${written},"total_tokens":${prompt + written}}`;
  return range ? splice(body, range, counted) : withFirstMember(body, `"usage":${counted}`);
}

/** Whether anything was written; without putting it together, since it may be long and is rarely counted. */
function hasText({ choices = [] }: ChatCompletion): boolean {
  return choices.some(({ message }) => message?.tool_calls || /\S/.test(textOrNothing(message?.content) ?? ''));
}

function writtenText({ choices = [] }: ChatCompletion): string {
  return choices
    .map(({ message }) => {
      const calls = message?.tool_calls ? JSON.stringify(message.tool_calls) : '';
      // Two names of one thing.
      const reasoning = textOrNothing(message?.reasoning_content) || textOrNothing(message?.reasoning);
      return `${reasoning ?? ''}${textOrNothing(message?.content) ?? ''}${calls}`;
    })
    .join('\n');
}

/** @see https://platform.openai.com/docs/api-reference/chat/object#chat/object-choices */
function citesTheWeb({ choices = [] }: ChatCompletion): boolean {
  return choices.some(({ message }) => {
    const annotations = message?.annotations;
    return (
      Array.isArray(annotations) &&
      annotations.some((annotation) => (annotation as { type?: unknown } | null)?.type === 'url_citation')
    );
  });
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
