import { JetStreamApiError, type ApiError } from '@nats-io/jetstream';
import { createInbox, headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { faultPoint } from '@code-router/fault-points';

/** A message for a stream to keep. */
export interface Publication {
  readonly subject: string;
  readonly body: Uint8Array;
  /** By this the stream recognises what is published again. */
  readonly id: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The sequence number under which the stream keeps a message, or why it may not. */
export type PublishOutcome = number | Error;

/** What a stream answers with. */
interface Acknowledgement {
  readonly stream?: string;
  /** Of the message; of the first one, when this is not the first with its id. */
  readonly seq?: number;
  readonly error?: ApiError;
}

type Settle = (outcome: PublishOutcome) => void;

const NO_RESPONDERS = 503;

/**
 * Publishes to JetStream in batches, and hears of all acknowledgements on one subscription. JetStream's own client makes
 * a timer, a race of promises and an error object for every message, which is a tenth of what a request costs the
 * gateway; here a batch shares one timer.
 */
export class JetStreamPublisher {
  private readonly inbox: string;
  private readonly awaited = new Map<string, Settle>();
  private published = 0;

  constructor(
    private readonly connection: NatsConnection,
    private readonly timeoutMs: number,
  ) {
    this.inbox = createInbox();
    connection.subscribe(`${this.inbox}.*`, { callback: (_error, message) => this.receive(message) });
    void this.giveUpWhenDisconnected();
  }

  /** Publishes all in one write, and resolves to what became of each when all are acknowledged or the time is over. */
  publish(messages: readonly Publication[]): Promise<readonly PublishOutcome[]> {
    return new Promise((resolve) => {
      const outcomes: PublishOutcome[] = messages.map(() => 0);
      let missing = messages.length;
      const tokens = messages.map((message, index) =>
        this.send(message, (outcome) => {
          outcomes[index] = outcome;
          missing -= 1;
          if (missing > 0) return;
          clearTimeout(timer);
          resolve(outcomes);
        }),
      );
      const timer = setTimeout(() => {
        const late = new Error(`JetStream did not acknowledge within ${this.timeoutMs} ms.`);
        for (const token of tokens) this.settle(token, late);
      }, this.timeoutMs);
    });
  }

  private send({ subject, body, id, headers: others }: Publication, settle: Settle): string {
    this.published += 1;
    const token = this.published.toString(36);
    this.awaited.set(token, settle);
    try {
      const carried = headers();
      carried.set('Nats-Msg-Id', id);
      for (const [name, value] of Object.entries(others ?? {})) carried.set(name, value);
      this.connection.publish(subject, body, { reply: `${this.inbox}.${token}`, headers: carried });
    } catch (error) {
      // In a turn of its own: the batch is still being sent.
      queueMicrotask(() => this.settle(token, error as Error));
    }
    return token;
  }

  private receive(message: Msg): void {
    faultPoint('settlement.published');
    const token = message.subject.slice(this.inbox.length + 1);
    if (message.headers?.code === NO_RESPONDERS) {
      this.settle(token, new Error('No stream keeps this subject, or JetStream is not enabled.'));
      return;
    }
    const { stream, seq, error } = message.json<Acknowledgement>();
    if (error) this.settle(token, new JetStreamApiError(error));
    else if (stream && seq) this.settle(token, seq);
    else this.settle(token, new Error('JetStream answered with something else than its own.'));
  }

  private settle(token: string, outcome: PublishOutcome): void {
    const settle = this.awaited.get(token);
    this.awaited.delete(token);
    settle?.(outcome);
  }

  /** What was not acknowledged on a connection never will be on the next one. */
  private async giveUpWhenDisconnected(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type !== 'disconnect') continue;
      const failure = new Error('The connection to NATS broke off before JetStream acknowledged.');
      for (const token of this.awaited.keys()) this.settle(token, failure);
    }
  }
}
