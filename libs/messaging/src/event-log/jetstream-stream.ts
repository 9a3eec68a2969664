import { Logger } from '@nestjs/common';
import {
  DiscardPolicy,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { USAGE_STREAM, USAGE_SUBJECTS } from '@code-router/contracts';

/** How the usage stream is kept. What is absent has a default when the stream is made, and stays as it is afterwards. */
export interface StreamSettings {
  /** Copies of the stream; three survive the loss of any one server. 1 by default. */
  readonly replicas?: number | undefined;
  /** How long events are kept; 30 by default. */
  readonly days?: number | undefined;
  /** How large the stream may grow before its oldest events go; no limit by default. */
  readonly bytesMax?: number | undefined;
  /** How long an event that is published again is recognised; 600 by default. */
  readonly duplicatesSeconds?: number | undefined;
}

const DAY_MS = 86_400_000;
const DAYS_DEFAULT = 30;
const DUPLICATES_SECONDS_DEFAULT = 600;
const ALREADY_EXISTS = 10_058;

/** Makes the usage stream, or brings one that exists in line with the settings that are given. */
export async function ensureUsageStream(manager: JetStreamManager, settings: StreamSettings): Promise<void> {
  try {
    await manager.streams.add({
      name: USAGE_STREAM,
      subjects: [USAGE_SUBJECTS],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      num_replicas: 1,
      max_age: nanos(DAYS_DEFAULT * DAY_MS),
      duplicate_window: nanos(DUPLICATES_SECONDS_DEFAULT * 1_000),
      ...given(settings),
    });
  } catch (error) {
    // An operator may have changed the stream on purpose: what no setting says stays as it is.
    const isThere = error instanceof JetStreamApiError && (error.code === ALREADY_EXISTS || (await exists(manager)));
    if (!isThere) throw error;
    await change(manager, given(settings));
  }
}

/** A server may refuse what the settings say before it looks whether there is a stream. */
async function exists(manager: JetStreamManager): Promise<boolean> {
  return manager.streams.info(USAGE_STREAM).then(
    () => true,
    () => false,
  );
}

async function change(manager: JetStreamManager, wanted: Partial<StreamConfig>): Promise<void> {
  const { config } = await manager.streams.info(USAGE_STREAM);
  const names = Object.keys(wanted) as (keyof StreamConfig)[];
  if (names.every((name) => config[name] === wanted[name])) return;
  try {
    await manager.streams.update(USAGE_STREAM, wanted);
  } catch (error) {
    // Events can be published and read all the same: a cluster may have too few servers for the copies, for instance.
    new Logger('JetStreamEventLog').error('The usage stream cannot be changed as the settings say.', {
      wanted,
      err: error,
    });
  }
}

function given({ replicas, days, bytesMax, duplicatesSeconds }: StreamSettings): Partial<StreamConfig> {
  return {
    ...(replicas === undefined ? {} : { num_replicas: replicas }),
    ...(days === undefined ? {} : { max_age: nanos(days * DAY_MS) }),
    ...(bytesMax === undefined ? {} : { max_bytes: bytesMax }),
    ...(duplicatesSeconds === undefined ? {} : { duplicate_window: nanos(duplicatesSeconds * 1_000) }),
  };
}
