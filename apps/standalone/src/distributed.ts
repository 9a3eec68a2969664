import 'reflect-metadata';
import { mkdir } from 'node:fs/promises';
import { readSettings, SettingsError } from '@code-router/config';
import { ServiceClient } from '@code-router/messaging';
import { EmbeddedPostgres } from '@code-router/postgres';
import { startService } from '@code-router/service';
import { localUrl, startNatsServer, startRedisServer, startServices } from '@code-router/testing';
import { ChannelsModule } from '../../gateway/src/channels/channels.module.js';
import { banner } from './banner.js';
import { DataDirectory } from './data-directory/data-directory.js';
import { LeftBehind } from './data-directory/left-behind.js';
import { DEMO_MODEL } from './first-start/demo.js';
import { prepare, type Prepared, type PreparationSettings } from './first-start/prepare.js';
import { assertAddressIsFree } from './free-address.js';
import { runLocally, signalIfRunning, type Abandon, type Started } from './run-locally.js';
import { readSecrets } from './secrets.js';
import { localSettings } from './settings.js';
import { checkServiceSettings } from './standalone.js';

interface Servers {
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly redisUrl: string;
}

/** Starts PostgreSQL, NATS and Redis where their URLs are not set, and then each service as a process of its own. */
async function startDistributed(resources: AsyncDisposableStack, abandonments: Abandon[]): Promise<Started> {
  const settings = readSettings(localSettings);
  await assertAddressIsFree(settings.HOST, settings.PORT);
  const data = await DataDirectory.open(settings.CODE_ROUTER_DATA_DIR);
  resources.defer(() => data.release());
  const secrets = await readSecrets(data, {
    encryptionKey: settings.CODE_ROUTER_ENCRYPTION_KEY,
    administratorPassword: settings.CODE_ROUTER_ADMIN_PASSWORD,
  });
  process.env['CODE_ROUTER_ENCRYPTION_KEY'] = secrets.encryptionKey;
  if (secrets.administratorPassword) process.env['CODE_ROUTER_ADMIN_PASSWORD'] = secrets.administratorPassword;
  process.env['LOG_LEVEL'] ||= 'warn';
  checkServiceSettings();

  const leftBehind = await LeftBehind.stopAndForget(data.pathOf('processes'));
  const keepTrack = async (name: string, pid: number): Promise<void> => {
    abandonments.push(() => signalIfRunning(pid, 'SIGTERM'));
    await leftBehind.add(name, pid);
  };
  const servers = await startServers(settings, data, resources, abandonments, keepTrack);
  const services = await startServices({
    ...servers,
    dataDirectory: data.path,
    gateway: { host: settings.HOST, port: settings.PORT },
    environment: process.env,
    onLine: (name, line) => process.stdout.write(`${name.padEnd(16)} | ${line}\n`),
  });
  resources.defer(() => services.stopAll());
  for (const [name, pid] of Object.entries(services.pids)) await keepTrack(name, pid);
  const prepared = await prepareThrough(servers, data, {
    ...secrets,
    openAiApiKey: settings.OPENAI_API_KEY,
    openAiBaseUrl: settings.OPENAI_BASE_URL,
  });
  return {
    banner: banner({ url: localUrl(settings.HOST, settings.PORT), demoModel: DEMO_MODEL, ...prepared }),
    failed: services.firstEnded().then((name) => `${name} has ended; its last lines are above.`),
  };
}

async function startServers(
  settings: { DATABASE_URL?: string | undefined; NATS_URL?: string | undefined; REDIS_URL?: string | undefined },
  data: DataDirectory,
  resources: AsyncDisposableStack,
  abandonments: Abandon[],
  keepTrack: (name: string, pid: number) => Promise<void>,
): Promise<Servers> {
  return {
    databaseUrl: settings.DATABASE_URL ?? (await startPostgres(data, resources, abandonments)),
    natsUrl: settings.NATS_URL ?? (await startServer('nats-server', startNatsServer, data, resources, keepTrack)),
    redisUrl: settings.REDIS_URL ?? (await startServer('redis-server', startRedisServer, data, resources, keepTrack)),
  };
}

async function startPostgres(
  data: DataDirectory,
  resources: AsyncDisposableStack,
  abandonments: Abandon[],
): Promise<string> {
  const postgres = await EmbeddedPostgres.start({ directory: data.pathOf('postgresql') });
  resources.defer(() => postgres.stop());
  abandonments.push(() => signalIfRunning(postgres.pid, 'SIGINT'));
  return postgres.url;
}

async function startServer(
  name: string,
  start: typeof startNatsServer,
  data: DataDirectory,
  resources: AsyncDisposableStack,
  keepTrack: (name: string, pid: number) => Promise<void>,
): Promise<string> {
  const directory = data.pathOf(name);
  await mkdir(directory, { recursive: true });
  // A server that is not installed is for the person at the terminal to know.
  const server = await start({ directory }).catch((error: Error) => {
    throw new SettingsError(error.message, { cause: error });
  });
  resources.defer(() => server.stop());
  await keepTrack(name, server.program.pid);
  return server.url;
}

/** Enters what the first start needs, as one more process beside the services: it only has the gateway's channels. */
async function prepareThrough(servers: Servers, data: DataDirectory, settings: PreparationSettings): Promise<Prepared> {
  const launcher = await startService({
    name: 'launcher',
    modules: [ChannelsModule],
    infrastructure: servers,
    host: '127.0.0.1',
    port: 0,
  });
  try {
    return await prepare({ app: launcher.app, client: launcher.app.get(ServiceClient) }, data, settings);
  } finally {
    await launcher.stop();
  }
}

await runLocally(startDistributed);
