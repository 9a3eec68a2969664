import { Logger } from '@nestjs/common';
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { Pace } from '@code-router/batching';
import type { EventForm } from './event-forms.js';
import { EventHandling } from './event-handling.js';
import type { DeadMessage } from './jetstream-dead-letters.js';
import { retryDelayMs, type ConsumeOptions, type EventSubscription, type HandleBatch } from './usage-event-log.js';

/** From then on a batch counts as stuck, and its events are handed to somebody else. */
const HANDLING_MS_MAX = 60_000;
const RECONNECT_DELAY_MS = 500;

interface BatchUnderWay {
  readonly since: number;
  readonly done: Promise<void>;
}

interface Dead {
  readonly message: JsMsg;
  readonly reason: string;
}

/** What a subscription needs of the log that it belongs to. */
export interface Broker {
  open(): Promise<ConsumerMessages>;
  isClosed(): boolean;
  readonly stillWorkingMs: number;
  /** The longest that a message waits before it comes again. */
  readonly retryMsMax: number;
  /** Lays messages aside that can never be handled. */
  layAside(messages: readonly DeadMessage[]): Promise<void>;
}

/** Takes what has arrived while the batch before was handled, and survives a broker that goes away or loses its store. */
export class JetStreamSubscription<Event> implements EventSubscription {
  private readonly logger = new Logger('JetStreamEventLog');
  private readonly arrived: JsMsg[] = [];
  private readonly pace: Pace;
  private readonly handling: EventHandling<Event>;
  private messages: ConsumerMessages | undefined;
  private wake: () => void = () => undefined;
  private handlingArrived: Promise<void> | undefined;
  private readonly underWay = new Map<readonly JsMsg[], BatchUnderWay>();
  private stillWorking: NodeJS.Timeout | undefined;
  private receiving: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly form: EventForm<Event>,
    private readonly options: ConsumeOptions,
    handle: HandleBatch<Event>,
    private readonly broker: Broker,
  ) {
    this.pace = new Pace(options.gatherMs ?? 0);
    this.handling = new EventHandling(handle, form);
  }

  async start(): Promise<void> {
    this.messages = await this.broker.open();
    this.receiving = this.receive();
    this.stillWorking = setInterval(() => this.sayStillWorking(), this.broker.stillWorkingMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.pace.stop();
    this.wake();
    await this.messages?.close();
    await this.receiving;
    // What was taken but not begun goes back at once, instead of after the acknowledgement deadline.
    for (const message of this.arrived.splice(0)) message.nak();
    await this.handlingArrived;
    await Promise.all([...this.underWay.values()].map(({ done }) => done));
    clearInterval(this.stillWorking);
  }

  private hurry(): void {
    this.pace.hurry();
    this.wake();
  }

  private sayStillWorking(): void {
    if (this.broker.isClosed()) return;
    const oldest = Math.min(...[...this.underWay.values()].map(({ since }) => since));
    if (Date.now() - oldest > HANDLING_MS_MAX) return;
    for (const batch of [...this.underWay.keys(), this.arrived]) for (const message of batch) message.working();
  }

  private async receive(): Promise<void> {
    while (!this.stopped) {
      try {
        this.messages ??= await this.broker.open();
        for await (const message of this.messages) {
          this.arrived.push(message);
          if (this.arrived.length >= this.options.batchMax) this.hurry();
          this.handlingArrived ??= this.handleArrived();
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
    const { batchMax, concurrencyMax = 1 } = this.options;
    while (this.arrived.length > 0 && !this.stopped) {
      const isFull = this.arrived.length >= batchMax;
      if (this.underWay.size >= (isFull ? concurrencyMax : 1)) {
        await this.changed();
        continue;
      }
      if (!isFull) await this.pace.wait();
      if (!this.stopped) this.begin(this.arrived.splice(0, batchMax));
    }
    this.handlingArrived = undefined;
  }

  /** Resolves when a batch is full or done. */
  private changed(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }

  private begin(batch: readonly JsMsg[]): void {
    this.pace.started();
    const done = this.handleBatch(batch)
      // What could not even be acknowledged comes again by itself.
      .catch((error: unknown) => {
        this.logger.error(error, { consumer: this.options.consumer, events: batch.length });
      })
      .finally(() => {
        this.underWay.delete(batch);
        this.wake();
      });
    this.underWay.set(batch, { since: Date.now(), done });
  }

  private async handleBatch(messages: readonly JsMsg[]): Promise<void> {
    const dead: Dead[] = [];
    const read = messages.flatMap((message) => this.read(message, dead));
    const handlings = await this.handling.run(read.map(({ event }) => event));
    const failed: { readonly message: JsMsg; readonly error: unknown }[] = [];
    for (const { message, event } of read) {
      const handling = handlings.get(event);
      if (handling?.kind === 'handled') message.ack();
      else if (handling?.kind === 'dead') dead.push({ message, reason: handling.reason });
      else failed.push({ message, error: handling?.error });
    }
    this.comeAgain(failed);
    await this.layAside(dead);
  }

  private comeAgain(failed: readonly { readonly message: JsMsg; readonly error: unknown }[]): void {
    const [first] = failed;
    if (!first) return;
    const failures = Math.max(...failed.map(({ message }) => message.info.deliveryCount));
    this.logger.error(first.error, { consumer: this.options.consumer, events: failed.length, failures });
    for (const { message } of failed) message.nak(retryDelayMs(message.info.deliveryCount, this.broker.retryMsMax));
  }

  private async layAside(dead: readonly Dead[]): Promise<void> {
    if (dead.length === 0) return;
    try {
      await this.broker.layAside(
        dead.map(({ message, reason }) => ({
          subject: message.subject,
          sequence: message.seq,
          storedAtNanos: message.info.timestampNanos,
          body: message.data,
          reason,
        })),
      );
      for (const { message, reason } of dead) {
        const about = { consumer: this.options.consumer, subject: message.subject, sequence: message.seq };
        this.logger.error(`An event cannot be handled and is laid aside: ${reason}`, about);
        message.ack();
      }
    } catch (error) {
      this.comeAgain(dead.map(({ message }) => ({ message, error })));
    }
  }

  /** None when it is not JSON, and then never will be. */
  private read(message: JsMsg, dead: Dead[]): readonly { readonly message: JsMsg; readonly event: Event }[] {
    try {
      return [{ message, event: this.form.fromBody(message.data) }];
    } catch {
      dead.push({ message, reason: 'it is not JSON' });
      return [];
    }
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
