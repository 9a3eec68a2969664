import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Infrastructure, port, readSettings, sharedSettings, SettingsError } from '@code-router/config';
import { MessagingModule, openTransport, type Transport } from '@code-router/messaging';
import { StructuredLogger } from '@code-router/observability';
import { str } from 'envalid';
import { drainHttp } from './drain-http.js';
import { HealthModule } from './health.module.js';
import { MetricsAccess } from './metrics-access.js';
import { MetricsModule } from './metrics.module.js';
import { ServiceHealth } from './service-health.js';

/** How long requests under way, long streams above all, may take to finish when the process is asked to stop. */
const DRAIN_TIMEOUT_MS = 25_000;
/**
 * How long stopping may take in all: less than the minute that operators are told to give. It takes longest where the
 * servers that it wants to say goodbye to are gone as well, and then nobody answers at all.
 */
const STOP_TIMEOUT_MS = 55_000;

export interface ServiceOptions {
  /** As it appears in logs and in NATS. */
  readonly name: string;
  readonly modules: readonly (Type | DynamicModule)[];
  readonly infrastructure: Infrastructure;
  readonly host: string;
  readonly port: number;
  /** Whether everybody reaches the port, so that what is for operators is not for everybody; false when absent. */
  readonly isPublic?: boolean;
  /** Makes the HTTP adapter; the gateway has limits and parsers of its own. */
  readonly createAdapter?: () => FastifyAdapter;
  /** Finishes the application before it listens, with documentation routes for instance. */
  readonly configure?: (app: NestFastifyApplication) => void | Promise<void>;
}

export interface RunningService {
  readonly app: NestFastifyApplication;
  /** Where it listens, `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Stops taking requests, finishes those under way, settles what is open and closes every connection. */
  stop(): Promise<void>;
}

/**
 * Starts modules as one process: their HTTP routes, their message handlers, health.
 *
 * @throws Error that names the dependency that could not be reached, or the address that is in use.
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const transport = await openTransport(options.infrastructure, options.name);
  let app: NestFastifyApplication | undefined;
  try {
    app = await NestFactory.create<NestFastifyApplication>(
      rootModule(options, transport),
      options.createAdapter?.() ?? new FastifyAdapter(),
      // From the first line on: whatever reads logs must not meet another format when a start fails.
      { logger: new StructuredLogger(options.name, readSettings(sharedSettings).LOG_LEVEL), abortOnError: false },
    );
    app.connectMicroservice({ strategy: transport.strategy });
    await options.configure?.(app);
    await app.startAllMicroservices();
    await app.listen(options.port, options.host);
  } catch (error) {
    await app?.close().catch(() => undefined);
    await transport.close().catch(() => undefined);
    throw error;
  }
  return running(app, transport);
}

/**
 * What the `main.ts` of each service calls: reads the settings, starts, and stops on SIGTERM or SIGINT. A failure to
 * start is one clear line and exit code 1.
 */
export async function runService(
  options: Pick<ServiceOptions, 'name' | 'createAdapter' | 'configure' | 'isPublic'> & {
    readonly module: Type | DynamicModule;
    readonly portDefault: number;
  },
): Promise<void> {
  try {
    const settings = readSettings({
      ...sharedSettings,
      PORT: port({ default: options.portDefault, desc: 'where HTTP is served: health, and the API of the gateway' }),
      HOST: str({ default: '0.0.0.0', desc: 'the address that is listened on' }),
    });
    if (!settings.DATABASE_URL) throw new SettingsError('DATABASE_URL is not set (PostgreSQL 15 or newer)');
    if (!settings.NATS_URL) throw new SettingsError('NATS_URL is not set (NATS 2.9 or newer with JetStream)');
    const service = await startService({
      ...options,
      modules: [options.module],
      infrastructure: {
        databaseUrl: settings.DATABASE_URL,
        natsUrl: settings.NATS_URL,
        redisUrl: settings.REDIS_URL,
      },
      host: settings.HOST,
      port: settings.PORT,
    });
    stopOnSignal(() => service.stop());
  } catch (error) {
    process.stderr.write(`${options.name} did not start: ${startFailure(error)}\n`);
    process.exit(1);
  }
}

/**
 * Stops once on the first signal; a second one ends the process at once, and so does a stop that takes too long. What is
 * not settled by then is in the spool, and what is not acknowledged comes again.
 */
export function stopOnSignal(stop: () => Promise<void>, timeoutMs = STOP_TIMEOUT_MS): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => {
      process.stderr.write(`Stopping on ${signal} took longer than ${timeoutMs / 1_000} s; ending all the same.\n`);
      process.exit(1);
    }, timeoutMs);
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Stopping on ${signal} failed: ${startFailure(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

interface SystemError extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}

/** The sentence for a person at a terminal. */
export function startFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, syscall, address, hostname, port: usedPort } = error as SystemError;
  if (code === 'EADDRINUSE') return `${address}:${usedPort} is in use. Stop what listens there, or set PORT.`;
  if (code === 'EADDRNOTAVAIL') return `HOST: ${address} is no address of this machine.`;
  if (code === 'EACCES' && syscall === 'listen') return `PORT: this user may not listen on port ${usedPort}.`;
  if (code === 'ENOTFOUND') return `${hostname} is the name of no server. Check HOST and the URLs.`;
  if (code === 'ECONNREFUSED') return `nothing answers at ${address}:${usedPort}. Is that server running?`;
  return error.message || String(code);
}

function rootModule(options: ServiceOptions, transport: Transport): DynamicModule {
  @Module({})
  class RootModule {}
  return {
    module: RootModule,
    imports: [
      HealthModule.forInfrastructure(options.infrastructure, options.name),
      MetricsModule.forPort(new MetricsAccess(options.isPublic ?? false)),
      MessagingModule.forTransport(transport),
      ...options.modules,
    ],
  };
}

async function running(app: NestFastifyApplication, transport: Transport): Promise<RunningService> {
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  return {
    app,
    url,
    stop: async () => {
      app.get(ServiceHealth).beginShutdown();
      // Before Nest closes, because it would end the message handlers that requests under way still need.
      await drainHttp(app.getHttpServer(), DRAIN_TIMEOUT_MS);
      await app.close();
      await transport.close();
    },
  };
}
