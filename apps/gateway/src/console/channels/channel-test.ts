import { Injectable } from '@nestjs/common';
import { DEFAULT_GROUP, DomainError, PricingMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { ChannelRepository, type Channel } from '../../channels/domain/channel.js';
import type { ProviderKey } from '../../channels/domain/provider-key.js';
import { EnableAcceptedKey } from '../../channels/use-cases/enable-accepted-key.js';
import { UpstreamFailure, type ReportedUsage } from '../../providers/provider.js';
import { Providers } from '../../providers/providers.js';
import { faultOf, isFaultOfChannel } from '../../relay/proxy.js';
import { PricedQuote } from '../../relay/quote.js';
import { readWhole } from '../../relay/read-whole.js';
import { readUpstreamError, withoutKeys } from '../../relay/upstream-error.js';
import { upstreamRefusal } from '../../relay/upstream-refusal.js';
import { ChannelRegistry, upstreamNameOf } from '../../routing/channel-registry.js';
import type { Route } from '../../routing/itinerary.js';
import { chooseKey } from '../../routing/key-choice.js';
import { KeyHealth } from '../../routing/key-health.js';
import { RouteHealth } from '../../routing/route-health.js';
import type { ChannelTestDto, TestChannelDto } from './channel-test.dto.js';

const PROMPT = 'Answer with the word: ok';
/** Enough for a word, and for models that think a little before they write one. */
const OUTPUT_TOKENS_MAX = 64;
const TIMEOUT_MS = 60_000;
const STATUS_OK = 200;
/** Of all keys of a channel: more at once might be what the provider limits. */
const TESTS_AT_ONCE = 4;

/** What came back, so far as something did. */
interface Outcome {
  readonly firstByteMs: number | null;
  readonly httpStatus: number | null;
  readonly usage?: ReportedUsage | undefined;
  readonly failure?: unknown;
  /** For the operator, who may know what callers may not. */
  readonly message?: string;
}

/** Sends a channel one small request, as the relay would, that nobody pays for. */
@Injectable()
export class ChannelTest {
  constructor(
    private readonly providers: Providers,
    private readonly channels: ChannelRepository,
    private readonly registry: ChannelRegistry,
    private readonly keyHealth: KeyHealth,
    private readonly health: RouteHealth,
    private readonly enableAccepted: EnableAcceptedKey,
    private readonly client: ServiceClient,
  ) {}

  /**
   * What the provider does counts for the health of the channel and the key, as it does for the relay: what works again need
   * not rest, and a key that was disabled because it was refused is enabled when it no longer is. That a provider does not
   * like this request is no fault of the channel's.
   *
   * @param asked the model, one of the channel's, its first when absent; and the key, the next one in turn when absent.
   * @throws DomainError `not_found`; `invalid_request_error` for a model or a key that the channel does not have.
   */
  async run(id: string, asked: TestChannelDto, requestId: string): Promise<ChannelTestDto> {
    const channel = await this.channels.open(id);
    return this.test({ channel, key: this.keyOf(channel, asked.keyId) }, modelOf(channel, asked.model), requestId);
  }

  /** As {@link run}, with each of the channel's keys. */
  async runAll(id: string, model: string | undefined, requestId: string): Promise<readonly ChannelTestDto[]> {
    const channel = await this.channels.open(id);
    const asked = modelOf(channel, model);
    const waiting: (readonly [number, ProviderKey | null])[] = [
      ...(channel.keys.length > 0 ? channel.keys : [null]).entries(),
    ];
    const results: ChannelTestDto[] = [];
    const testNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, key] = next;
        results[index] = await this.test({ channel, key }, asked, requestId);
      }
    };
    await Promise.all(Array.from({ length: TESTS_AT_ONCE }, testNext));
    return results;
  }

  private async test(route: Route, model: string, requestId: string): Promise<ChannelTestDto> {
    const { channel, key } = route;
    const startedAt = performance.now();
    const outcome = await this.send(route, model, requestId, startedAt);
    const latencyMs = Math.round(performance.now() - startedAt);
    const fault = outcome.failure === undefined ? undefined : faultOf(outcome.failure);
    if (fault && isFaultOfChannel(outcome.failure)) this.health.failed(route, fault);
    else if (!fault) this.health.succeeded(route, latencyMs);
    const isKeyEnabledAgain = !fault && (await this.enableAgain(channel, key));
    return {
      ok: fault === undefined,
      model,
      key: key && { id: key.id, label: key.label, hint: key.hint },
      isKeyEnabledAgain,
      latencyMs,
      firstByteMs: outcome.firstByteMs,
      httpStatus: outcome.httpStatus,
      errorCode: fault?.code ?? null,
      message: outcome.message === undefined ? null : withoutKeys(outcome.message, channel),
      tokens: outcome.usage?.tokens ?? {},
      ...(await this.priceOf(channel, model, outcome.usage)),
    };
  }

  private keyOf(channel: Channel, keyId: string | undefined): ProviderKey | null {
    // A channel whose keys are all disabled is tested with one of them: that is how they are enabled again.
    if (keyId === undefined) return chooseKey(channel, this.keyHealth, []) ?? channel.keys[0] ?? null;
    const key = channel.keys.find(({ id }) => id === keyId);
    if (key) return key;
    throw new DomainError('invalid_request_error', `The channel ${channel.name} has no key with the id ${keyId}.`, {
      param: 'keyId',
    });
  }

  private async enableAgain({ id }: Channel, key: ProviderKey | null): Promise<boolean> {
    if (!key || key.disabledFor === null || !(await this.enableAccepted.execute(id, key))) return false;
    await this.registry.reload();
    return true;
  }

  private async send({ channel, key }: Route, model: string, requestId: string, startedAt: number): Promise<Outcome> {
    const provider = this.providers.of(channel);
    const body = Buffer.from(
      JSON.stringify({
        model: upstreamNameOf(channel, model),
        messages: [{ role: 'user', content: PROMPT }],
        [provider.outputLimitOf(channel)]: OUTPUT_TOKENS_MAX,
      }),
    );
    let firstByteMs: number | null = null;
    let httpStatus: number | null = null;
    try {
      const call = { channel, apiKey: key?.secret ?? null, body, stream: false, headers: {}, requestId };
      const answer = await provider.send(call, AbortSignal.timeout(TIMEOUT_MS));
      firstByteMs = Math.round(performance.now() - startedAt);
      httpStatus = answer.status;
      const content = await readWhole(answer.body);
      if (answer.status !== STATUS_OK) {
        const { message } = readUpstreamError(answer.status, content);
        return { firstByteMs, httpStatus, failure: upstreamRefusal(answer, content, channel), message };
      }
      return { firstByteMs, httpStatus, usage: provider.normalizeUsage(usageIn(content)) };
    } catch (failure) {
      const message = failure instanceof Error ? failure.message : String(failure);
      return { firstByteMs, httpStatus, failure, message };
    }
  }

  /** What it would cost an account, and what the provider asks; each null when it is not known. */
  private async priceOf(channel: Channel, model: string, usage: ReportedUsage | undefined) {
    const nothing = { amountNanos: null, costNanos: null };
    if (!usage) return nothing;
    try {
      const accountGroup = channel.groups?.[0] ?? DEFAULT_GROUP;
      const quote = new PricedQuote(await this.client.request(PricingMessages.quote, { model, accountGroup }));
      const { costMultiplierMillionths: share } = channel;
      return {
        amountNanos: quote.costNanos(usage.tokens, usage.units).toString(),
        costNanos: share === null ? null : quote.providerCostNanos(share, usage.tokens, usage.units).toString(),
      };
    } catch (error) {
      // A channel may well offer what nobody has priced yet.
      if (error instanceof DomainError && PRICELESS.has(error.code)) return nothing;
      throw error;
    }
  }
}

const PRICELESS: ReadonlySet<string> = new Set(['model_not_found', 'model_not_priced', 'forbidden']);

function modelOf(channel: Channel, asked: string | undefined): string {
  const model = channel.models.find(({ name }) => asked === undefined || name === asked);
  if (model) return model.name;
  throw new DomainError('invalid_request_error', `The channel ${channel.name} does not offer the model '${asked}'.`, {
    param: 'model',
  });
}

/** @throws UpstreamFailure when it is no chat completion. */
function usageIn(content: Buffer): unknown {
  try {
    const completion = JSON.parse(content.toString('utf8')) as { choices?: unknown; usage?: unknown } | null;
    if (Array.isArray(completion?.choices)) return completion.usage;
  } catch {
    // Not JSON, so no chat completion either.
  }
  throw new UpstreamFailure('broken', 'The provider sent an answer that is not a chat completion.');
}
