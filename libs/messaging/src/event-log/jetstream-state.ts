import { JetStreamApiError, type ConsumerInfo, type JetStreamManager } from '@nats-io/jetstream';
import { USAGE_STREAM } from '@code-router/contracts';
import type { ConsumerLag, LogState } from './usage-event-log.js';

/** A stream, a consumer and a message that is not there. */
const NOT_FOUND = [10_059, 10_014, 10_037];

export function isNotFound(error: unknown): boolean {
  return error instanceof JetStreamApiError && NOT_FOUND.includes(error.code);
}

export async function listLags(manager: JetStreamManager): Promise<readonly ConsumerLag[]> {
  const lags: ConsumerLag[] = [];
  try {
    for await (const info of manager.consumers.list(USAGE_STREAM)) {
      // One without a durable name belongs to somebody who only looks.
      if (info.config.durable_name) lags.push(await lagOf(manager, info));
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return lags.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

export async function readState(manager: JetStreamManager): Promise<LogState | null> {
  try {
    const { state } = await manager.streams.info(USAGE_STREAM);
    return {
      messages: state.messages,
      bytes: state.bytes,
      firstSequence: state.first_seq,
      lastSequence: state.last_seq,
    };
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

async function lagOf(manager: JetStreamManager, info: ConsumerInfo): Promise<ConsumerLag> {
  const { name, num_pending: pending, num_ack_pending: ackPending, num_redelivered: redelivered } = info;
  const lagMs = pending + ackPending === 0 ? 0 : await ageAfter(manager, info.ack_floor.stream_seq);
  return { name, pending, ackPending, redelivered, lagMs };
}

/** Of the first message behind a place; null when it was removed from there. */
async function ageAfter(manager: JetStreamManager, sequence: number): Promise<number | null> {
  try {
    const message = await manager.streams.getMessage(USAGE_STREAM, { seq: sequence + 1 });
    return message ? Math.max(Date.now() - message.time.getTime(), 0) : null;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
