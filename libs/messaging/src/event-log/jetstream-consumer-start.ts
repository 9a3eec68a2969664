import { DeliverPolicy, JetStreamApiError, type ConsumerConfig, type JetStreamManager } from '@nats-io/jetstream';

const CONSUMER_NOT_FOUND = 10_014;
const CONSUMER_ALREADY_EXISTS = 10_148;

/**
 * Where a durable consumer begins: where it was made to begin when it is there already, since JetStream refuses another
 * start for it; else with what was published since a time.
 */
export async function startOfConsumer(
  manager: JetStreamManager,
  stream: string,
  consumer: string,
  since: Date,
): Promise<Partial<ConsumerConfig>> {
  try {
    const { config } = await manager.consumers.info(stream, consumer);
    const { deliver_policy, opt_start_time } = config;
    return { deliver_policy, ...(opt_start_time === undefined ? {} : { opt_start_time }) };
  } catch (error) {
    if (!isMissingConsumer(error)) throw error;
    return { deliver_policy: DeliverPolicy.StartTime, opt_start_time: since.toISOString() };
  }
}

export function isMissingConsumer(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === CONSUMER_NOT_FOUND;
}

/** That it is there, with a configuration other than the one that was asked for. */
export function isExistingConsumer(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === CONSUMER_ALREADY_EXISTS;
}
