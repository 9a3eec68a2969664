import { usageSubject, type ReadingPosition, type UsageEvent } from '@code-router/contracts';
import { EVENT_BODIES, READ_EVENTS, type EventForm } from './event-forms.js';

export interface ConsumeOptions {
  /** The durable name: consumers of one name share the events, each name sees them all. */
  readonly consumer: string;
  /** The most events handed over together. */
  readonly batchMax: number;
  /**
   * The least time from one batch to the next, in milliseconds: events gather meanwhile. A backlog of full batches is
   * worked off without. 0 when absent.
   */
  readonly gatherMs?: number;
  /**
   * The most batches under way at a time, 1 when absent. A further one begins only when it is full: so batches overlap
   * only in a backlog. Events then come in no order, as they do to several processes of one consumer. A log that hands
   * events over in their order, as the one in PostgreSQL does, has one batch under way all the same.
   */
  readonly concurrencyMax?: number;
  /** A consumer of a new name begins with what was published since; with the oldest event that is kept when absent. */
  readonly since?: Date;
}

/** An event that its consumer can never handle, and why. */
export interface RefusedEvent<Event = UsageEvent> {
  readonly event: Event;
  /** For an operator. */
  readonly reason: string;
}

/** Resolves when the events are handled; to those that never can be, which are kept aside as dead letters. */
export type HandleBatch<Event> = (events: readonly Event[]) => Promise<readonly RefusedEvent<Event>[] | void>;
export type HandleEvents = HandleBatch<UsageEvent>;
/** The same for events as they were published: JSON in UTF-8, but nobody has looked. */
export type HandleBodies = HandleBatch<Uint8Array>;

export interface EventSubscription {
  /** Takes no more events, and resolves when the batch under way is handled. */
  stop(): Promise<void>;
}

/** A usage event as it is published: who keeps it as well serialises it once. */
export interface SerializedEvent {
  readonly subject: string;
  /** JSON in UTF-8. */
  readonly body: Uint8Array;
  /** By this the log recognises what is published again. */
  readonly messageId: string;
}

/** Where the log keeps an event; a later one has a greater number. */
export type LogPosition = number;

export function serialized(event: UsageEvent): SerializedEvent {
  return { subject: usageSubject(event), body: Buffer.from(JSON.stringify(event)), messageId: event.id };
}

/** How far behind a consumer is. */
export interface ConsumerLag {
  readonly name: string;
  /** Events that it was not handed yet; from 100,000 on the number may be too small. */
  readonly pending: number;
  /** Events that it was handed and has not acknowledged. */
  readonly ackPending: number;
  /** Events of those that it was handed more than once. */
  readonly redelivered: number;
  /** The age of the oldest event that it has not handled; 0 when it has handled all, null when that is not known. */
  readonly lagMs: number | null;
}

/** What the log holds. */
export interface LogState {
  /** How many events; where PostgreSQL keeps them an estimate by their numbers, never too small. */
  readonly messages: number;
  readonly bytes: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/** The durable, replayable stream of usage events. */
export abstract class UsageEventLog {
  /** The consumers that this process has, or had. */
  readonly consumersHere = new Set<string>();

  /**
   * Resolves when the event is kept. The event id makes it idempotent within the log's window for duplicates, so a
   * publisher that is unsure publishes again.
   */
  publish(event: UsageEvent): Promise<LogPosition> {
    return this.publishSerialized(serialized(event));
  }

  /** The same for one that was serialised before. A repeated message id is dropped, even if its event was lost since. */
  abstract publishSerialized(event: SerializedEvent): Promise<LogPosition>;

  /**
   * Hands events over in batches, oldest first, at least once. A batch is acknowledged when the handler resolves, and
   * comes again, later and later, for as long as it rejects.
   */
  consume(options: ConsumeOptions, handle: HandleEvents): Promise<EventSubscription> {
    return this.consumeAs(READ_EVENTS, options, handle);
  }

  /** The same for who only passes events on: they are not even read. */
  consumeBodies(options: ConsumeOptions, handle: HandleBodies): Promise<EventSubscription> {
    return this.consumeAs(EVENT_BODIES, options, handle);
  }

  protected abstract consumeAs<Event>(
    form: EventForm<Event>,
    options: ConsumeOptions,
    handle: HandleBatch<Event>,
  ): Promise<EventSubscription>;

  /** Forgets how far the consumers of a name have read. Of one that still reads, it may take a moment to begin anew. */
  abstract forget(consumer: string): Promise<void>;

  /** How far a consumer has come; undefined when the log does not know it. */
  abstract readingOf(consumer: string): Promise<ReadingPosition | undefined>;

  /** How far behind each consumer is, whichever process it runs in. */
  abstract lags(): Promise<readonly ConsumerLag[]>;

  /** Null when there is no log yet. */
  abstract state(): Promise<LogState | null>;
}

/** The longest that events wait which a consumer failed on, unless a setting says otherwise. */
export const RETRY_MS_MAX_DEFAULT = 30_000;

/** How long to wait before a batch that failed is tried again: doubling from a quarter of a second to `msMax`. */
export function retryDelayMs(failures: number, msMax = RETRY_MS_MAX_DEFAULT): number {
  return Math.min(250 * 2 ** Math.min(failures, 20), msMax);
}
