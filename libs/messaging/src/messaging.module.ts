import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { NatsConnection } from '@nats-io/transport-node';
import { Infrastructure, readSettings, wholeNumber } from '@code-router/config';
import { JetStreamDeadLetters } from './event-log/jetstream-dead-letters.js';
import { JetStreamEventHistory } from './event-log/jetstream-event-history.js';
import { JetStreamEventLog } from './event-log/jetstream-event-log.js';
import { PostgresEventHistory } from './event-log/postgres-event-history.js';
import { PostgresEventLog } from './event-log/postgres-event-log.js';
import { UsageDeadLetters } from './event-log/usage-dead-letters.js';
import { UsageEventHistory } from './event-log/usage-event-history.js';
import { RETRY_MS_MAX_DEFAULT, UsageEventLog } from './event-log/usage-event-log.js';
import { InProcessBus } from './in-process/in-process-bus.js';
import { InProcessServer } from './in-process/in-process-server.js';
import { InProcessServiceClient } from './in-process/in-process-service-client.js';
import { connectToNats } from './nats/nats-connection.js';
import { AnsweringNatsServer } from './nats/nats-server.js';
import { NatsServiceClient } from './nats/nats-service-client.js';
import { ServiceClient } from './service-client.js';

/** How the usage stream is kept and read. A stream that exists is changed only where a setting is given. */
export const messagingSettings = {
  CODE_ROUTER_STREAM_REPLICAS: wholeNumber({ min: 1, max: 5 })({
    default: undefined,
    desc: 'copies of the usage stream in JetStream; 1 unless it is set, 3 in production',
  }),
  CODE_ROUTER_STREAM_DAYS: wholeNumber({ min: 1, max: 3_650 })({
    default: undefined,
    desc: 'how long the usage stream keeps events, in days; 30 unless it is set',
  }),
  CODE_ROUTER_STREAM_BYTES_MAX: wholeNumber({ min: 1_048_576, max: Number.MAX_SAFE_INTEGER })({
    default: undefined,
    desc: 'how large the usage stream may grow before its oldest events go, in bytes; no limit unless it is set',
  }),
  CODE_ROUTER_STREAM_DUPLICATES_SECONDS: wholeNumber({ min: 1, max: 86_400 })({
    default: undefined,
    desc: 'how long the usage stream recognises an event that is published again, in seconds; 600 unless it is set',
  }),
  CODE_ROUTER_STREAM_DEAD_DAYS: wholeNumber({ min: 1, max: 3_650 })({
    default: undefined,
    desc: 'how long events are kept that a consumer could not handle, in days; unset: 365 in JetStream, else for ever',
  }),
  CODE_ROUTER_STREAM_ACK_SECONDS: wholeNumber({ min: 1, max: 3_600 })({
    default: 10,
    desc: 'how long the events of a consumer that died wait until JetStream hands them to another one, in seconds',
  }),
  CODE_ROUTER_STREAM_RETRY_MS_MAX: wholeNumber({ min: 10, max: 3_600_000 })({
    default: RETRY_MS_MAX_DEFAULT,
    desc: 'the longest that events wait which a consumer failed on, in milliseconds; it begins at 250, and doubles',
  }),
} as const;

/** The parts of one transport: how this process asks, answers, and keeps usage events. */
export interface Transport {
  readonly client: ServiceClient;
  readonly eventLog: UsageEventLog;
  readonly eventHistory: UsageEventHistory;
  readonly deadLetters: UsageDeadLetters;
  /** What Nest serves the controllers with. */
  readonly strategy: CustomTransportStrategy;
  close(): Promise<void>;
}

/**
 * Opens NATS where its URL is set, and the in-process transport otherwise.
 *
 * @throws Error naming the server that does not answer.
 */
export async function openTransport(
  infrastructure: Infrastructure,
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Transport> {
  const settings = readSettings(messagingSettings, environment);
  return infrastructure.natsUrl
    ? openNats(infrastructure.natsUrl, name, settings)
    : openInProcess(infrastructure.databaseUrl, settings);
}

type Settings = ReturnType<typeof readSettings<typeof messagingSettings>>;

async function openNats(url: string, name: string, settings: Settings): Promise<Transport> {
  const connection: NatsConnection = await connectToNats(url, name);
  const stream = {
    replicas: settings.CODE_ROUTER_STREAM_REPLICAS,
    days: settings.CODE_ROUTER_STREAM_DAYS,
    bytesMax: settings.CODE_ROUTER_STREAM_BYTES_MAX,
    duplicatesSeconds: settings.CODE_ROUTER_STREAM_DUPLICATES_SECONDS,
    deadDays: settings.CODE_ROUTER_STREAM_DEAD_DAYS,
    ackWaitMs: settings.CODE_ROUTER_STREAM_ACK_SECONDS * 1_000,
    retryMsMax: settings.CODE_ROUTER_STREAM_RETRY_MS_MAX,
  };
  const deadLetters = new JetStreamDeadLetters(connection, stream);
  return {
    client: new NatsServiceClient(connection),
    eventLog: new JetStreamEventLog(connection, stream, deadLetters),
    eventHistory: new JetStreamEventHistory(connection),
    deadLetters,
    strategy: new AnsweringNatsServer(url, name),
    // Draining sends what is buffered, acknowledgements above all.
    close: () => connection.drain(),
  };
}

async function openInProcess(databaseUrl: string, settings: Settings): Promise<Transport> {
  const bus = new InProcessBus();
  const eventLog = new PostgresEventLog(databaseUrl, {
    days: settings.CODE_ROUTER_STREAM_DAYS,
    deadDays: settings.CODE_ROUTER_STREAM_DEAD_DAYS,
    retryMsMax: settings.CODE_ROUTER_STREAM_RETRY_MS_MAX,
  });
  await eventLog.open();
  const eventHistory = new PostgresEventHistory(databaseUrl, settings.CODE_ROUTER_STREAM_DAYS);
  return {
    client: new InProcessServiceClient(bus),
    eventLog,
    eventHistory,
    deadLetters: eventLog.deadLetters,
    strategy: new InProcessServer(bus),
    close: async () => {
      await Promise.all([eventLog.close(), eventHistory.close()]);
    },
  };
}

/** Gives every module of the process the transport that it was started with. */
@Global()
@Module({})
export class MessagingModule {
  static forTransport(transport: Transport): DynamicModule {
    return {
      module: MessagingModule,
      providers: [
        { provide: ServiceClient, useValue: transport.client },
        { provide: UsageEventLog, useValue: transport.eventLog },
        { provide: UsageEventHistory, useValue: transport.eventHistory },
        { provide: UsageDeadLetters, useValue: transport.deadLetters },
      ],
      exports: [ServiceClient, UsageEventLog, UsageEventHistory, UsageDeadLetters],
    };
  }
}
