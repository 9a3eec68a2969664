import {
  AckPolicy,
  jetstream,
  jetstreamManager,
  type ConsumerMessages,
  type JetStreamClient,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { Batcher } from '@code-router/batching';
import { USAGE_STREAM, type ReadingPosition } from '@code-router/contracts';
import type { EventForm } from './event-forms.js';
import { isExistingConsumer, isMissingConsumer, startOfConsumer } from './jetstream-consumer-start.js';
import type { JetStreamDeadLetters } from './jetstream-dead-letters.js';
import { isNotFound, listLags, readState } from './jetstream-state.js';
import { JetStreamPublisher, type PublishOutcome } from './jetstream-publisher.js';
import { ensureUsageStream, streamManagerOf, type StreamSettings } from './jetstream-stream.js';
import { JetStreamSubscription } from './jetstream-subscription.js';
import {
  RETRY_MS_MAX_DEFAULT,
  UsageEventLog,
  type ConsumeOptions,
  type ConsumerLag,
  type EventSubscription,
  type HandleBatch,
  type LogPosition,
  type LogState,
  type SerializedEvent,
} from './usage-event-log.js';

export interface JetStreamSettings extends StreamSettings {
  /** How long the events of a consumer that died wait before another one gets them; 10,000 when absent. */
  readonly ackWaitMs?: number | undefined;
  /** The longest that events wait which a consumer failed on; 30,000 when absent. */
  readonly retryMsMax?: number | undefined;
}

const PUBLISH_TIMEOUT_MS = 5_000;
const PUBLISH_BATCH_MAX = 256;
/** What is published together leaves in one write and comes to the broker in one read; nobody waits for a settlement. */
const PUBLISH_GATHER_MS = 5;
/** Batches whose acknowledgement is awaited at a time. */
const PUBLISH_BATCHES_MAX = 64;
const ACK_WAIT_MS_DEFAULT = 10_000;
/** A consumer that lives says so this often in that time, so that its events stay its own however long they take. */
const SIGNS_OF_LIFE = 3;

/** The usage events in a JetStream stream, written to disk by the broker. */
export class JetStreamEventLog extends UsageEventLog {
  private readonly jetstream: JetStreamClient;
  private streamReady: Promise<void> | undefined;
  /** Each event has an outcome of its own: one that the broker refuses does not make the others come again. */
  private readonly publishing: Batcher<SerializedEvent, PublishOutcome>;

  constructor(
    private readonly connection: NatsConnection,
    private readonly settings: JetStreamSettings,
    private readonly deadLetters: JetStreamDeadLetters,
  ) {
    super();
    this.jetstream = jetstream(connection);
    const publisher = new JetStreamPublisher(connection, PUBLISH_TIMEOUT_MS);
    this.publishing = new Batcher(
      (events) => publisher.publish(events.map(({ subject, body, messageId }) => ({ subject, body, id: messageId }))),
      { batchMax: PUBLISH_BATCH_MAX, concurrencyMax: PUBLISH_BATCHES_MAX, gatherMs: PUBLISH_GATHER_MS },
    );
  }

  override async publishSerialized(event: SerializedEvent): Promise<LogPosition> {
    await this.ensureStream();
    const outcome = await this.publishing.add(event);
    if (typeof outcome === 'number') return outcome;
    // The broker may have come back with an empty store: the next attempt makes the stream again.
    this.streamReady = undefined;
    throw outcome;
  }

  protected override async consumeAs<Event>(
    form: EventForm<Event>,
    options: ConsumeOptions,
    handle: HandleBatch<Event>,
  ): Promise<EventSubscription> {
    await Promise.all([this.ensureStream(), this.deadLetters.ensureStream()]);
    this.consumersHere.add(options.consumer);
    const subscription = new JetStreamSubscription(form, options, handle, {
      open: () => this.openConsumer(options),
      isClosed: () => this.connection.isClosed(),
      stillWorkingMs: this.ackWaitMs / SIGNS_OF_LIFE,
      retryMsMax: this.settings.retryMsMax ?? RETRY_MS_MAX_DEFAULT,
      layAside: (messages) => this.deadLetters.add(options.consumer, messages),
    });
    await subscription.start();
    return subscription;
  }

  override async forget(consumer: string): Promise<void> {
    const manager = await jetstreamManager(this.connection);
    try {
      await manager.consumers.delete(USAGE_STREAM, consumer);
    } catch (error) {
      if (!isMissingConsumer(error)) throw error;
    }
  }

  override async lags(): Promise<readonly ConsumerLag[]> {
    return listLags(await jetstreamManager(this.connection, { checkAPI: false }));
  }

  override async state(): Promise<LogState | null> {
    return readState(await jetstreamManager(this.connection, { checkAPI: false }));
  }

  override async readingOf(consumer: string): Promise<ReadingPosition | undefined> {
    const manager = await jetstreamManager(this.connection, { checkAPI: false });
    try {
      // The consumer first: the stream never seems to end before what is handled.
      const { ack_floor: handled } = await manager.consumers.info(USAGE_STREAM, consumer);
      const { state } = await manager.streams.info(USAGE_STREAM);
      return { handled: handled.stream_seq, last: state.last_seq };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  private get ackWaitMs(): number {
    return this.settings.ackWaitMs ?? ACK_WAIT_MS_DEFAULT;
  }

  private ensureStream(): Promise<void> {
    this.streamReady ??= this.createStream().catch((error: unknown) => {
      this.streamReady = undefined;
      throw error;
    });
    return this.streamReady;
  }

  private async createStream(): Promise<void> {
    await ensureUsageStream(await streamManagerOf(this.connection), this.settings);
  }

  private async openConsumer({ consumer, batchMax, since }: ConsumeOptions): Promise<ConsumerMessages> {
    await this.createStream();
    const manager = await jetstreamManager(this.connection);
    const changeable = { ack_wait: nanos(this.ackWaitMs), max_ack_pending: batchMax * 8 };
    try {
      await manager.consumers.add(USAGE_STREAM, {
        durable_name: consumer,
        ack_policy: AckPolicy.Explicit,
        ...changeable,
        ...(since ? await startOfConsumer(manager, USAGE_STREAM, consumer, since) : {}),
      });
    } catch (error) {
      // Made with other settings, or by another version. Servers before 2.10 change it when it is added again.
      if (!isExistingConsumer(error)) throw error;
      await manager.consumers.update(USAGE_STREAM, consumer, changeable);
    }
    const handle = await this.jetstream.consumers.get(USAGE_STREAM, consumer);
    return handle.consume({ max_messages: batchMax * 2, abort_on_missing_resource: true });
  }
}
