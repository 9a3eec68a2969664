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
  /** Where processes keep files of their own. */
  readonly dataDirectory: string;
  /** Where the gateway listens; the others take free ports of the loopback interface. */
  readonly gateway: { readonly host: string; readonly port: number };
  /** Settings of every process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onLine?: ((process: string, line: string) => void) | undefined;
}

/** Starts each service as a process of its own, and resolves when all are ready. @throws Error of the first that is not. */
export async function startServices(options: ServicesOptions): Promise<ProcessGroup> {
  const entries = await Promise.all(
    (Object.keys(PROCESSES) as ServiceProcess[]).map(async (name) => [name, await starterOf(name, options)] as const),
  );
  const group = new ProcessGroup(Object.fromEntries(entries));
  try {
    await group.startAll();
    return group;
  } catch (error) {
    await group.stopAll();
    throw error;
  }
}

async function starterOf(name: ServiceProcess, options: ServicesOptions): Promise<StartProcess> {
  const { host, port } = name === 'gateway' ? options.gateway : { host: '127.0.0.1', port: await freePort() };
  const { onLine } = options;
  return () =>
    startBuiltProgram({
      name,
      file: PROCESSES[name].file,
      baseUrl: localUrl(host, port),
      environment: {
        LOG_LEVEL: 'warn',
        ...options.environment,
        ...PROCESSES[name].environment,
        DATABASE_URL: options.databaseUrl,
        NATS_URL: options.natsUrl,
        REDIS_URL: options.redisUrl,
        CODE_ROUTER_DATA_DIR: options.dataDirectory,
        HOST: host,
        PORT: String(port),
      },
      onLine: onLine && ((line) => onLine(name, line)),
    });
}

/** Where this machine reaches what listens on an address; on every address means on this one too. */
export function localUrl(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
