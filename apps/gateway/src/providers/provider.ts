import type { TokenUsage, UnitUsage } from '@code-router/money';
import type { Channel } from '../channels/domain/channel.js';

/** One call to a provider, ready to be sent. */
export interface UpstreamCall {
  readonly channel: Channel;
  /** In clear text, the one of the channel's keys to call with; null when it needs none. */
  readonly apiKey: string | null;
  /** The request in OpenAI's chat completions format, naming the model as the channel's provider does. */
  readonly body: Buffer;
  readonly stream: boolean;
  /** Headers of the client's request that concern the provider. */
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string;
}

/** The head of a provider's answer; the body waits until it is read. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly contentType: string;
  /** The provider's own id of the request, for its support. */
  readonly requestId?: string | undefined;
  /** As the provider sent it, in seconds or as a date. */
  readonly retryAfter?: string | undefined;
  readonly body: UpstreamBody;
}

/** A body that flows to one reader, no faster than the reader takes it. */
export interface UpstreamBody {
  /** Starts the flow; called once. */
  read(reader: BodyReader): void;
  pause(): void;
  resume(): void;
  /** Ends the call to the provider; the reader hears nothing more. */
  cut(): void;
}

export interface BodyReader {
  chunk(data: Buffer): void;
  /** The body is whole. */
  end(): void;
  /** The body broke off. */
  fail(error: Error): void;
}

/** What a provider says a request used, in classes that are disjoint. */
export interface ReportedUsage {
  readonly tokens: TokenUsage;
  readonly reasoningTokens: number;
  /** What is priced by the piece; a class that the provider says nothing of is absent. */
  readonly units?: UnitUsage;
}

/** The provider could not be reached, or broke off; nothing of an answer can be used. */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure';

  constructor(
    readonly kind: 'unreachable' | 'timeout' | 'broken',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The members that limit the output of a request: the old one and the one that replaced it. */
export type OutputLimit = 'max_tokens' | 'max_completion_tokens';

/** One kind of upstream. Its answers are in OpenAI's chat completions format, whatever it speaks itself. */
export abstract class Provider {
  abstract readonly name: Channel['provider'];

  /**
   * Sends the call and resolves when the head of the answer has arrived, whatever its status.
   *
   * @throws UpstreamFailure
   */
  abstract send(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamAnswer>;

  /** Reads the `usage` object of an answer; undefined when it holds no counts. */
  abstract normalizeUsage(usage: unknown): ReportedUsage | undefined;

  /** What limits the output where the client has not chosen how. Most servers know the old name alone. */
  outputLimitOf(_channel: Channel): OutputLimit {
    return 'max_tokens';
  }
}

/** Injection token for all providers. */
export const PROVIDERS = Symbol('providers');
