import {
  AckPolicy,
  DeliverPolicy,
  jetstream,
  JetStreamApiError,
  jetstreamManager,
  type Consumer,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';

/** Where to begin in the stream. */
export type Start = { readonly time: Date } | { readonly sequence: number };

export interface StreamOptions {
  /** The durable name under which NATS remembers what was acknowledged. */
  readonly consumer: string;
  /** An account id, or `*` for all. */
  readonly account: string;
  /** Given: the position is forgotten, and set to this. */
  readonly start?: Start | undefined;
}

const STREAM = 'USAGE';
/** Far longer than keeping the effects of a batch takes here; a consumer that does more needs more. */
const ACK_WAIT_MS = 5_000;
const CONSUMER_NOT_FOUND = 10_014;

/** The durable consumer, made when it is not there yet; it then begins with the oldest event that is kept. */
export async function openUsageStream(connection: NatsConnection, options: StreamOptions): Promise<Consumer> {
  const { consumer, account, start } = options;
  // Without asking what the account of NATS may do altogether, which a consumer need not be allowed to.
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const exists = await manager.consumers.info(STREAM, consumer).then(() => true, falseWhenMissing);
  // A position cannot be changed, only given up for a new one.
  if (exists && start) await manager.consumers.delete(STREAM, consumer);
  if (!exists || start) {
    await manager.consumers.add(STREAM, {
      durable_name: consumer,
      filter_subject: `usage.v1.*.${account}`,
      ack_policy: AckPolicy.Explicit,
      // What was handed out and not acknowledged within this time, because a process died for instance, comes again.
      ack_wait: nanos(ACK_WAIT_MS),
      ...positionOf(start),
    });
  }
  return jetstream(connection, { checkAPI: false }).consumers.get(STREAM, consumer);
}

function positionOf(start: Start | undefined) {
  if (!start) return { deliver_policy: DeliverPolicy.All };
  if ('time' in start) return { deliver_policy: DeliverPolicy.StartTime, opt_start_time: start.time.toISOString() };
  return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: start.sequence };
}

function falseWhenMissing(error: unknown): false {
  if (error instanceof JetStreamApiError && error.code === CONSUMER_NOT_FOUND) return false;
  throw error;
}
