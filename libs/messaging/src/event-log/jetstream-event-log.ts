import { Logger } from '@nestjs/common';
import {
  AckPolicy,
  DiscardPolicy,
  jetstream,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type ConsumerMessages,
  type JetStreamClient,
  type JsMsg,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { Batcher, Pace } from '@code-router/batching';
import { USAGE_STREAM, USAGE_SUBJECTS, type ReadingPosition, type UsageEvent } from '@code-router/contracts';
import { isMissingConsumer, startOfConsumer } from './jetstream-consumer-start.js';
import { JetStreamPublisher, type PublishOutcome } from './jetstream-publisher.js';
import {
  retryDelayMs,
  UsageEventLog,
  type ConsumeOptions,
  type EventSubscription,
  type HandleEvents,
  type LogPosition,
  type SerializedEvent,
} from './usage-event-log.js';

export interface JetStreamSettings {
  /** Copies of the stream; three survive the loss of any one server. */
  readonly replicas: number;
  /** How long the events of a consumer that died wait before another one gets them; 10,000 when absent. */
  readonly ackWaitMs?: number;
}

const PUBLISH_TIMEOUT_MS = 5_000;
const PUBLISH_BATCH_MAX = 256;
/** What is published together leaves in one write and comes to the broker in one read; nobody waits for a settlement. */
const PUBLISH_GATHER_MS = 5;
/** Batches whose acknowledgement is awaited at a time. */
const PUBLISH_BATCHES_MAX = 64;
const RETENTION_DAYS = 30;
const DAY_MS = 86_400_000;
/** How long JetStream recognises an event that is published again. */
const DUPLICATE_WINDOW_MS = 10 * 60_000;
const ACK_WAIT_MS_DEFAULT = 10_000;
/** A consumer that lives says so this often in that time, so that its events stay its own however long they take. */
const SIGNS_OF_LIFE = 3;
/** From then on a batch counts as stuck, and its events are handed to somebody else. */
const HANDLING_MS_MAX = 60_000;
const RECONNECT_DELAY_MS = 500;
const ALREADY_EXISTS = 10_058;
/** A stream and a consumer that is not there. */
const NOT_FOUND = [10_059, 10_014];

/** The usage events in a JetStream stream, written to disk by the broker. */
export class JetStreamEventLog extends UsageEventLog {
  private readonly jetstream: JetStreamClient;
  private streamReady: Promise<void> | undefined;
  /** Each event has an outcome of its own: one that the broker refuses does not make the others come again. */
  private readonly publishing: Batcher<SerializedEvent, PublishOutcome>;

  constructor(
    private readonly connection: NatsConnection,
    private readonly settings: JetStreamSettings,
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

  override async consume(options: ConsumeOptions, handle: HandleEvents): Promise<EventSubscription> {
    await this.ensureStream();
    const subscription = new JetStreamSubscription(options, handle, {
      open: () => this.openConsumer(options),
      isClosed: () => this.connection.isClosed(),
      stillWorkingMs: this.ackWaitMs / SIGNS_OF_LIFE,
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

  override async readingOf(consumer: string): Promise<ReadingPosition | undefined> {
    const manager = await jetstreamManager(this.connection);
    try {
      // The consumer first: the stream never seems to end before what is handled.
      const { ack_floor: handled } = await manager.consumers.info(USAGE_STREAM, consumer);
      const { state } = await manager.streams.info(USAGE_STREAM);
      return { handled: handled.stream_seq, last: state.last_seq };
    } catch (error) {
      if (error instanceof JetStreamApiError && NOT_FOUND.includes(error.code)) return undefined;
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
    const manager = await jetstreamManager(this.connection);
    const config: Partial<StreamConfig> & { name: string } = {
      name: USAGE_STREAM,
      subjects: [USAGE_SUBJECTS],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      num_replicas: this.settings.replicas,
      max_age: nanos(RETENTION_DAYS * DAY_MS),
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    };
    try {
      await manager.streams.add(config);
    } catch (error) {
      // An operator may have changed the stream on purpose: one that exists is used as it is.
      if (!(error instanceof JetStreamApiError && error.code === ALREADY_EXISTS)) throw error;
    }
  }

  private async openConsumer({ consumer, batchMax, since }: ConsumeOptions): Promise<ConsumerMessages> {
    await this.createStream();
    const manager = await jetstreamManager(this.connection);
    await manager.consumers.add(USAGE_STREAM, {
      durable_name: consumer,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(this.ackWaitMs),
      max_ack_pending: batchMax * 8,
      ...(since ? await startOfConsumer(manager, USAGE_STREAM, consumer, since) : {}),
    });
    const handle = await this.jetstream.consumers.get(USAGE_STREAM, consumer);
    return handle.consume({ max_messages: batchMax * 2, abort_on_missing_resource: true });
  }
}

/** What a subscription needs of the log that it belongs to. */
interface Broker {
  open(): Promise<ConsumerMessages>;
  isClosed(): boolean;
  readonly stillWorkingMs: number;
}

/** Takes what has arrived while the batch before was handled, and survives a broker that goes away or loses its store. */
class JetStreamSubscription implements EventSubscription {
  private readonly logger = new Logger(JetStreamEventLog.name);
  private readonly arrived: JsMsg[] = [];
  private readonly pace: Pace;
  private messages: ConsumerMessages | undefined;
  private handling: Promise<void> | undefined;
  private inHand: readonly JsMsg[] = [];
  private inHandSince = 0;
  private stillWorking: NodeJS.Timeout | undefined;
  private receiving: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly options: ConsumeOptions,
    private readonly handle: HandleEvents,
    private readonly broker: Broker,
  ) {
    this.pace = new Pace(options.gatherMs ?? 0);
  }

  async start(): Promise<void> {
    this.messages = await this.broker.open();
    this.receiving = this.receive();
    this.stillWorking = setInterval(() => this.sayStillWorking(), this.broker.stillWorkingMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.pace.stop();
    await this.messages?.close();
    await this.receiving;
    // What was taken but not begun goes back at once, instead of after the acknowledgement deadline.
    for (const message of this.arrived.splice(0)) message.nak();
    await this.handling;
    clearInterval(this.stillWorking);
  }

  private sayStillWorking(): void {
    if (this.broker.isClosed()) return;
    if (this.inHand.length > 0 && Date.now() - this.inHandSince > HANDLING_MS_MAX) return;
    for (const message of [...this.inHand, ...this.arrived]) message.working();
  }

  private async receive(): Promise<void> {
    while (!this.stopped) {
      try {
        this.messages ??= await this.broker.open();
        for await (const message of this.messages) {
          this.arrived.push(message);
          if (this.arrived.length >= this.options.batchMax) this.pace.hurry();
          this.handling ??= this.handleArrived();
        }
      } catch (error) {
        if (!this.stopped) this.logger.warn('The usage stream cannot be read; trying again.', { err: error });
      }
      this.messages = undefined;
      if (!this.stopped) await delay(RECONNECT_DELAY_MS);
    }
  }

  private async handleArrived(): Promise<void> {
    // Lets what the socket delivered together form one batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.arrived.length > 0) {
      if (this.arrived.length < this.options.batchMax) await this.pace.wait();
      if (this.stopped) break;
      this.pace.started();
      await this.handleBatch(this.arrived.splice(0, this.options.batchMax));
    }
    this.handling = undefined;
  }

  private async handleBatch(messages: readonly JsMsg[]): Promise<void> {
    this.inHand = messages;
    this.inHandSince = Date.now();
    const read = messages.flatMap((message) => this.read(message));
    try {
      await this.handle(read.map(({ event }) => event));
      for (const { message } of read) message.ack();
    } catch (error) {
      const failures = Math.max(...read.map(({ message }) => message.info.deliveryCount));
      this.logger.error(error, { consumer: this.options.consumer, events: read.length, failures });
      for (const { message } of read) message.nak(retryDelayMs(message.info.deliveryCount));
    } finally {
      this.inHand = [];
    }
  }

  /** None when it is not JSON, and then never will be: such a message is ended, not delivered for ever. */
  private read(message: JsMsg): readonly { readonly message: JsMsg; readonly event: UsageEvent }[] {
    try {
      return [{ message, event: message.json<UsageEvent>() }];
    } catch (error) {
      this.logger.error(error, { subject: message.subject, sequence: message.seq });
      message.term('not JSON');
      return [];
    }
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
