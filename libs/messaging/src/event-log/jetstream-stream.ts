import { Logger } from '@nestjs/common';
import {
  DiscardPolicy,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { USAGE_DEAD_STREAM, USAGE_DEAD_SUBJECTS, USAGE_STREAM, USAGE_SUBJECTS } from '@code-router/contracts';

/** How the streams are kept. What is absent has a default when a stream is made, and stays as it is afterwards. */
export interface StreamSettings {
  /** Copies of the stream; three survive the loss of any one server. 1 by default. */
  readonly replicas?: number | undefined;
  /** How long events are kept; 30 by default. */
  readonly days?: number | undefined;
  /** How large the stream may grow before its oldest events go; no limit by default. */
  readonly bytesMax?: number | undefined;
  /** How long an event that is published again is recognised; 600 by default. */
  readonly duplicatesSeconds?: number | undefined;
  /** How long events are kept that a consumer could not handle; 365 by default. */
  readonly deadDays?: number | undefined;
}

const DAY_MS = 86_400_000;
const DAYS_DEFAULT = 30;
const DUPLICATES_SECONDS_DEFAULT = 600;
const DEAD_DAYS_DEFAULT = 365;
const ALREADY_EXISTS = 10_058;

/** @throws Error whose sentence says what to do when the server keeps no streams. */
export async function streamManagerOf(connection: NatsConnection): Promise<JetStreamManager> {
  try {
    return await jetstreamManager(connection);
  } catch (error) {
    // The package has a class for it, and keeps it to itself.
    if ((error as Error).name !== 'JetStreamNotEnabled') throw error;
    throw new Error('NATS_URL: there is no JetStream. Start the server with -js, and let the account use it.', {
      cause: error,
    });
  }
}

/** Makes the usage stream, or brings one that exists in line with the settings that are given. */
export function ensureUsageStream(manager: JetStreamManager, settings: StreamSettings): Promise<void> {
  const { replicas, days, bytesMax, duplicatesSeconds } = settings;
  const defaults = {
    name: USAGE_STREAM,
    subjects: [USAGE_SUBJECTS],
    discard: DiscardPolicy.Old,
    max_age: nanos(DAYS_DEFAULT * DAY_MS),
    duplicate_window: nanos(DUPLICATES_SECONDS_DEFAULT * 1_000),
  };
  return ensureStream(manager, defaults, {
    ...(replicas === undefined ? {} : { num_replicas: replicas }),
    ...(days === undefined ? {} : { max_age: nanos(days * DAY_MS) }),
    ...(bytesMax === undefined ? {} : { max_bytes: bytesMax }),
    ...(duplicatesSeconds === undefined ? {} : { duplicate_window: nanos(duplicatesSeconds * 1_000) }),
  });
}

/** The same for the stream of events that a consumer could not handle. */
export function ensureDeadStream(manager: JetStreamManager, { replicas, deadDays }: StreamSettings): Promise<void> {
  const defaults = {
    name: USAGE_DEAD_STREAM,
    subjects: [USAGE_DEAD_SUBJECTS],
    max_age: nanos(DEAD_DAYS_DEFAULT * DAY_MS),
  };
  return ensureStream(manager, defaults, {
    ...(replicas === undefined ? {} : { num_replicas: replicas }),
    ...(deadDays === undefined ? {} : { max_age: nanos(deadDays * DAY_MS) }),
  });
}

type NamedConfig = Partial<StreamConfig> & Pick<StreamConfig, 'name'>;

/** @param wanted what a setting says; only that is changed in a stream that exists. */
async function ensureStream(
  manager: JetStreamManager,
  defaults: NamedConfig,
  wanted: Partial<StreamConfig>,
): Promise<void> {
  try {
    await manager.streams.add({
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      num_replicas: 1,
      ...defaults,
      ...wanted,
    });
  } catch (error) {
    // An operator may have changed the stream on purpose: what no setting says stays as it is.
    const isThere =
      error instanceof JetStreamApiError && (error.code === ALREADY_EXISTS || (await exists(manager, defaults.name)));
    if (!isThere) throw error;
    await change(manager, defaults.name, wanted);
  }
}

/** A server may refuse what the settings say before it looks whether there is a stream. */
async function exists(manager: JetStreamManager, stream: string): Promise<boolean> {
  return manager.streams.info(stream).then(
    () => true,
    () => false,
  );
}

async function change(manager: JetStreamManager, stream: string, wanted: Partial<StreamConfig>): Promise<void> {
  const { config } = await manager.streams.info(stream);
  const names = Object.keys(wanted) as (keyof StreamConfig)[];
  if (names.every((name) => config[name] === wanted[name])) return;
  try {
    await manager.streams.update(stream, wanted);
  } catch (error) {
    // Events can be published and read all the same: a cluster may have too few servers for the copies, for instance.
    new Logger('JetStreamEventLog').error(`The stream ${stream} cannot be changed as the settings say.`, {
      wanted,
      err: error,
    });
  }
}
