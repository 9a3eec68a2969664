import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../processes/free-port.js';
import { startBuiltProgram } from './built-program.js';
import { ProcessGroup, type StartProcess } from './process-group.js';

/** The processes of the distributed form: the program that each runs, and what it is told beside what all are told. */
const PROCESSES = {
  pricing: { file: 'apps/pricing/src/main.js', environment: {} },
  quota: { file: 'apps/quota/src/main.js', environment: {} },
  'usage-log': { file: 'apps/usage-log/src/main.js', environment: { USAGE_LOG_ROLE: 'consumer' } },
  'usage-log-worker': { file: 'apps/usage-log/src/main.js', environment: { USAGE_LOG_ROLE: 'worker' } },
  gateway: { file: 'apps/gateway/src/main.js', environment: {} },
} as const;

export type ServiceProcess = keyof typeof PROCESSES;

export interface ServicesOptions {
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly redisUrl: string;
  /** Each process keeps its files in a folder of its own below it, named after it. */
  readonly dataDirectory: string;
  /** Where the gateway listens; the others take free ports of the loopback interface. */
  readonly gateway: { readonly host: string; readonly port: number };
  /** How many processes there are of a service, 1 where it is absent. The second is called `<service>-2`, and so on. */
  readonly replicas?: Readonly<Partial<Record<ServiceProcess, number>>>;
  /** Settings of every process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onLine?: ((process: string, line: string) => void) | undefined;
}

/** Starts each service as a process of its own, and resolves when all are ready. @throws Error of the first that is not. */
export async function startServices(options: ServicesOptions): Promise<ServiceGroup> {
  const group = await serviceGroup(options);
  try {
    await group.startAll();
    return group;
  } catch (error) {
    await group.stopAll();
    throw error;
  }
}

/** The same processes, none of them started yet. Where each serves HTTP is settled here, and outlives its restarts. */
export async function serviceGroup(options: ServicesOptions): Promise<ServiceGroup> {
  const starters: Record<string, StartProcess> = {};
  const urls: Record<string, string> = {};
  for (const service of Object.keys(PROCESSES) as ServiceProcess[]) {
    for (let replica = 1; replica <= (options.replicas?.[service] ?? 1); replica += 1) {
      const name = replica === 1 ? service : `${service}-${replica}`;
      const address = name === 'gateway' ? options.gateway : { host: '127.0.0.1', port: await freePort() };
      urls[name] = localUrl(address.host, address.port);
      // The gateway comes last, and passes the pages of the queues on.
      const queues = service === 'gateway' ? { CODE_ROUTER_QUEUES_URL: urls['usage-log'] } : {};
      starters[name] = starterOf(service, name, address, {
        ...options,
        environment: { ...options.environment, ...queues },
      });
    }
  }
  return new ServiceGroup(starters, urls);
}

export class ServiceGroup extends ProcessGroup {
  constructor(
    starters: Readonly<Record<string, StartProcess>>,
    /** Where each process serves HTTP, by its name. */
    readonly urls: Readonly<Record<string, string>>,
  ) {
    super(starters);
  }
}

function starterOf(
  service: ServiceProcess,
  name: string,
  { host, port }: { readonly host: string; readonly port: number },
  options: ServicesOptions,
): StartProcess {
  const { onLine } = options;
  const dataDirectory = join(options.dataDirectory, name);
  return async (settings = {}) => {
    await mkdir(dataDirectory, { recursive: true });
    return startBuiltProgram({
      name,
      file: PROCESSES[service].file,
      baseUrl: localUrl(host, port),
      environment: {
        LOG_LEVEL: 'warn',
        ...options.environment,
        ...PROCESSES[service].environment,
        DATABASE_URL: options.databaseUrl,
        NATS_URL: options.natsUrl,
        REDIS_URL: options.redisUrl,
        CODE_ROUTER_DATA_DIR: dataDirectory,
        HOST: host,
        PORT: String(port),
        ...settings,
      },
      onLine: onLine && ((line) => onLine(name, line)),
    });
  };
}

/** Where this machine reaches what listens on an address; on every address means on this one too. */
export function localUrl(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
