import type { NoticeContract, RequestContract } from '@code-router/contracts';

export interface RequestOptions {
  /** How long to wait for the answer; {@link REQUEST_TIMEOUT_MS_DEFAULT} when absent. */
  readonly timeoutMs?: number;
}

export const REQUEST_TIMEOUT_MS_DEFAULT = 5_000;

/**
 * How one service asks another. The id of the current request travels along.
 */
export abstract class ServiceClient {
  /**
   * Asks and awaits the answer.
   *
   * @throws DomainError as the answering service raised it; with code `service_unavailable` when none answers in time.
   */
  abstract request<Request, Reply>(
    contract: RequestContract<Request, Reply>,
    request: Request,
    options?: RequestOptions,
  ): Promise<Reply>;

  /** Tells every replica that listens. At most once: a listener that is away never hears of it. */
  abstract notify<Notice>(contract: NoticeContract<Notice>, notice: Notice): void;

  /** Calls the listener when a lost connection is back: notices sent meanwhile were missed. */
  abstract onReconnected(listener: () => void): void;

  /** Whether messages can be sent now. */
  abstract isConnected(): boolean;
}
