import {
  DeliverPolicy,
  jetstream,
  JetStreamApiError,
  jetstreamManager,
  type JsMsg,
  type OrderedConsumerOptions,
} from '@nats-io/jetstream';
import { millis, type NatsConnection } from '@nats-io/transport-node';
import { USAGE_STREAM } from '@code-router/contracts';
import { UsageEventHistory, type HistoryStart, type StoredEvent } from './usage-event-history.js';

const STREAM_NOT_FOUND = 10_059;
/** How long one request for a batch may wait; the events are there, so it waits only for a broker that is busy. */
const BATCH_WAIT_MS = 5_000;
/** A broker that gives nothing for this long, although there is something, is not going to. */
const EMPTY_BATCHES_MAX = 6;
/** It drops whole events, so that it is never quite full. */
const FULL_SHARE = 0.9;

export class JetStreamEventHistory extends UsageEventHistory {
  constructor(private readonly connection: NatsConnection) {
    super();
  }

  override async *read(start: HistoryStart, batchMax: number): AsyncGenerator<readonly StoredEvent[]> {
    const last = await this.lastPosition();
    if (last === 0 || ('afterPosition' in start && start.afterPosition >= last)) return;
    const consumer = await jetstream(this.connection).consumers.get(USAGE_STREAM, optionsOf(start));
    try {
      let emptyBatches = 0;
      let missing = (await consumer.info()).num_pending;
      while (missing > 0) {
        const batch: StoredEvent[] = [];
        const limit = Math.min(batchMax, missing);
        for await (const message of await consumer.fetch({ max_messages: limit, expires: BATCH_WAIT_MS })) {
          batch.push(storedEvent(message));
          missing = message.info.pending;
        }
        emptyBatches = batch.length > 0 ? 0 : emptyBatches + 1;
        if (emptyBatches === EMPTY_BATCHES_MAX)
          throw new Error('The usage stream gives no events, although it has some.');
        const asked = batch.filter(({ position }) => position <= last);
        if (asked.length > 0) yield asked;
        if (asked.length < batch.length || batch.at(-1)?.position === last) return;
      }
    } finally {
      await consumer.delete();
    }
  }

  override async keepsSince(): Promise<Date> {
    const manager = await jetstreamManager(this.connection);
    try {
      const { config, state } = await manager.streams.info(USAGE_STREAM);
      const byAge = config.max_age > 0 ? Date.now() - millis(config.max_age) : 0;
      // A stream that is as large as it may be drops its oldest events, whatever their age.
      const isFull = config.max_bytes > 0 && state.bytes > config.max_bytes * FULL_SHARE;
      return new Date(Math.max(byAge, isFull ? Date.parse(state.first_ts) : 0));
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return new Date(0);
      throw error;
    }
  }

  /** 0 when there is nothing. */
  private async lastPosition(): Promise<number> {
    try {
      const manager = await jetstreamManager(this.connection);
      const { state } = await manager.streams.info(USAGE_STREAM);
      return state.messages === 0 ? 0 : state.last_seq;
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return 0;
      throw error;
    }
  }
}

function optionsOf(start: HistoryStart): Partial<OrderedConsumerOptions> {
  return 'afterPosition' in start
    ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: start.afterPosition + 1 }
    : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: start.publishedSince.toISOString() };
}

function storedEvent(message: JsMsg): StoredEvent {
  const publishedAt = new Date(millis(message.info.timestampNanos));
  return { position: message.seq, publishedAt, event: read(message) };
}

function read(message: JsMsg): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}
