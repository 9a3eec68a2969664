import { setTimeout as sleep } from 'node:timers/promises';
import { AckPolicy, DiscardPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { USAGE_STREAM, type UsageEvent } from '@code-router/contracts';
import type { Random } from '../random.js';

const CONSUMER = 'chaos';
const RETRY_MS = 500;
const PULL_MS = 1_000;
const PULL_MAX = 200;
const KEPT_MAX = 2_000;

/** What an independent consumer of `usage.v1.>` has seen, with a durable place of its own in the stream. */
export class EventBook {
  /** How often each event was seen, by its id. */
  readonly seen = new Map<string, number>();
  private readonly kept: { readonly subject: string; readonly event: UsageEvent }[] = [];
  private isOver = false;
  /** Resolved when it reads no more; absent while it reads. */
  private rest: PromiseWithResolvers<void> | undefined;
  private readonly reading: Promise<void>;

  static async open(natsUrl: string): Promise<EventBook> {
    const connection = await connect({
      servers: natsUrl,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      name: 'chaos',
    });
    return new EventBook(connection);
  }

  private constructor(private readonly connection: NatsConnection) {
    this.reading = this.readOn();
  }

  /** Publishes events that were seen before once more, in another order, so that the stream itself holds them twice. */
  async repeat(random: Random, count: number): Promise<number> {
    const again = random.shuffled(this.kept).slice(0, count);
    const client = jetstream(this.connection);
    for (const { subject, event } of again) {
      const carried = headers();
      // Another message id: the broker does not recognise it.
      carried.set('Nats-Msg-Id', `again-${random.whole(0, 1e9)}-${event.id}`);
      await client.publish(subject, JSON.stringify(event), { headers: carried });
    }
    return again.length;
  }

  /** From now on the stream takes no message more. */
  async refuseNew(): Promise<void> {
    const manager = await jetstreamManager(this.connection);
    const { state } = await manager.streams.info(USAGE_STREAM);
    await manager.streams.update(USAGE_STREAM, { max_msgs: state.messages, discard: DiscardPolicy.New });
  }

  async acceptAgain(): Promise<void> {
    const manager = await jetstreamManager(this.connection);
    await manager.streams.update(USAGE_STREAM, { max_msgs: -1, discard: DiscardPolicy.Old });
  }

  /** Resolves when it reads nothing until `resume`, as a consumer that is slow or away. */
  async pause(): Promise<void> {
    this.rest = Promise.withResolvers();
    await this.rest.promise;
  }

  resume(): void {
    this.rest = undefined;
  }

  async close(): Promise<void> {
    this.isOver = true;
    await this.reading;
    await this.connection.close();
  }

  private async readOn(): Promise<void> {
    while (!this.isOver) {
      if (this.rest) {
        this.rest.resolve();
        await sleep(RETRY_MS);
        continue;
      }
      try {
        await this.pull();
      } catch {
        // The broker is away, or has lost the stream: it is asked again until the run is over.
        await sleep(RETRY_MS);
      }
    }
  }

  private async pull(): Promise<void> {
    const manager = await jetstreamManager(this.connection);
    await manager.consumers.add(USAGE_STREAM, { durable_name: CONSUMER, ack_policy: AckPolicy.Explicit });
    const consumer = await jetstream(this.connection).consumers.get(USAGE_STREAM, CONSUMER);
    while (!this.isOver && !this.rest) {
      const messages = await consumer.fetch({ max_messages: PULL_MAX, expires: PULL_MS });
      for await (const message of messages) {
        const event = message.json<UsageEvent>();
        this.seen.set(event.id, (this.seen.get(event.id) ?? 0) + 1);
        if (this.kept.length < KEPT_MAX) this.kept.push({ subject: message.subject, event });
        message.ack();
      }
    }
  }
}
