import { readSettings } from '@code-router/config';
import { ServiceClient } from '@code-router/messaging';
import { EmbeddedPostgres } from '@code-router/postgres';
import { readEncryptionKey } from '@code-router/secret-box';
import { startService } from '@code-router/service';
import { serveApiDocumentation } from '../../gateway/src/console/documentation/serve-api-documentation.js';
import { GatewayModule } from '../../gateway/src/gateway.module.js';
import { gatewayAdapter } from '../../gateway/src/http/gateway-adapter.js';
import { readHttpOptions } from '../../gateway/src/http/http-settings.js';
import { PricingModule } from '../../pricing/src/pricing.module.js';
import { readQuotaSettings } from '../../quota/src/quota-settings.js';
import { QuotaModule } from '../../quota/src/quota.module.js';
import { UsageLogModule } from '../../usage-log/src/usage-log.module.js';
import { assertAnswers } from './answering-server.js';
import { banner } from './banner.js';
import { DataDirectory } from './data-directory/data-directory.js';
import { DEMO_MODEL } from './first-start/demo.js';
import { prepare } from './first-start/prepare.js';
import { assertAddressIsFree } from './free-address.js';
import { signalIfRunning, type Abandon, type Started } from './run-locally.js';
import { readSecrets } from './secrets.js';
import { localSettings } from './settings.js';

/** Starts the four services in this process. Each server whose URL is set takes the place of an embedded default. */
export async function startStandalone(resources: AsyncDisposableStack, abandonments: Abandon[]): Promise<Started> {
  const settings = readSettings(localSettings);
  const httpOptions = readHttpOptions();
  await assertAddressIsFree(settings.HOST, settings.PORT);
  const data = await DataDirectory.open(settings.CODE_ROUTER_DATA_DIR);
  resources.defer(() => data.release());
  const secrets = await readSecrets(data, {
    encryptionKey: settings.CODE_ROUTER_ENCRYPTION_KEY,
    administratorPassword: settings.CODE_ROUTER_ADMIN_PASSWORD,
  });
  // The services read their settings from the environment, here as everywhere.
  process.env['CODE_ROUTER_DATA_DIR'] = data.path;
  process.env['CODE_ROUTER_ENCRYPTION_KEY'] = secrets.encryptionKey;
  if (secrets.administratorPassword) process.env['CODE_ROUTER_ADMIN_PASSWORD'] = secrets.administratorPassword;
  // The terminal is for the banner, unless its owner wants to read more.
  process.env['LOG_LEVEL'] ||= 'warn';

  checkServiceSettings();
  if (settings.REDIS_URL) await assertAnswers('REDIS_URL', settings.REDIS_URL, 6379);

  const database = await openDatabase(settings.DATABASE_URL, data, resources, abandonments);
  const service = await startService({
    name: 'standalone',
    modules: [PricingModule, QuotaModule, UsageLogModule, GatewayModule],
    infrastructure: { databaseUrl: database.url, natsUrl: settings.NATS_URL, redisUrl: settings.REDIS_URL },
    host: settings.HOST,
    port: settings.PORT,
    isPublic: true,
    createAdapter: () => gatewayAdapter(httpOptions),
    configure: serveApiDocumentation,
  });
  resources.defer(() => service.stop());
  const prepared = await prepare({ app: service.app, client: service.app.get(ServiceClient) }, data, {
    ...secrets,
    openAiApiKey: settings.OPENAI_API_KEY,
    openAiBaseUrl: settings.OPENAI_BASE_URL,
  });
  return {
    banner: banner({ url: printable(service.url), demoModel: DEMO_MODEL, ...prepared }),
    failed: database.failed,
  };
}

/** What the services would find out only when the database runs already. @throws SettingsError */
export function checkServiceSettings(): void {
  readEncryptionKey();
  readQuotaSettings();
}

interface Database {
  readonly url: string;
  readonly failed: Promise<string>;
}

async function openDatabase(
  url: string | undefined,
  data: DataDirectory,
  resources: AsyncDisposableStack,
  abandonments: Abandon[],
): Promise<Database> {
  if (url) return { url, failed: new Promise(() => undefined) };
  const postgres = await EmbeddedPostgres.start({ directory: data.pathOf('postgresql') });
  resources.defer(() => postgres.stop());
  abandonments.push(() => signalIfRunning(postgres.pid, 'SIGINT'));
  return {
    url: postgres.url,
    failed: postgres.ended.then(() => `PostgreSQL ended; ${data.pathOf('postgresql/server.log')} says why.`),
  };
}

/** An address that a command on this machine can use: every address includes this one. */
function printable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//127.0.0.1:');
}
