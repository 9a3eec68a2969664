import { randomBytes, randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Client } from 'pg';
import type { Page } from '@code-router/contracts';
import { startService } from '@code-router/service';
import { createTestDatabase } from '@code-router/testing';
import { serveApiDocumentation } from '../../apps/gateway/src/console/documentation/serve-api-documentation.js';
import { GatewayModule } from '../../apps/gateway/src/gateway.module.js';
import { gatewayAdapter } from '../../apps/gateway/src/http/gateway-adapter.js';
import { readHttpOptions } from '../../apps/gateway/src/http/http-settings.js';
import { PricingModule } from '../../apps/pricing/src/pricing.module.js';
import { QuotaModule } from '../../apps/quota/src/quota.module.js';
import { UsageLogModule } from '../../apps/usage-log/src/usage-log.module.js';

export const ADMIN_PASSWORD = 'correct horse battery staple';

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

/** The envelope of a refusal, as a client reads it. */
export interface Refusal {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
    readonly fields?: string;
  };
}

export interface RunningConsole {
  readonly app: NestFastifyApplication;
  readonly url: string;
  /** Everything that was ever answered, to look for what must not be in it. */
  readonly answers: readonly Answer[];
  /** Sends a request as the administrator, or with another token; null for none. */
  send<Body>(method: string, path: string, options?: SendOptions): Promise<Answer<Body>>;
  /** As {@link send}, and expects that it succeeds. */
  ask<Body>(method: string, path: string, json?: unknown): Promise<Body>;
  /** Reads a list to its end. */
  everyPage<Item>(path: string, limit: number): Promise<Item[]>;
  login(username: string, password: string): Promise<Answer<{ token: string }>>;
  /** Makes a user who is no administrator and has the administrator's password; the API has no way to. */
  addUser(username: string): Promise<void>;
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

export interface SendOptions {
  readonly json?: unknown;
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The gateway with the three services behind it, in this process, on a database of its own. */
export async function startConsole(
  environment: Readonly<Record<string, string>> = {},
  servers: { readonly redisUrl?: string } = {},
): Promise<RunningConsole> {
  const database = await createTestDatabase();
  Object.assign(process.env, {
    CODE_ROUTER_ADMIN_PASSWORD: ADMIN_PASSWORD,
    CODE_ROUTER_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'silent',
    ...environment,
  });
  const service = await startService({
    name: 'console-test',
    modules: [GatewayModule, PricingModule, QuotaModule, UsageLogModule],
    infrastructure: { databaseUrl: database.url, ...servers },
    host: '127.0.0.1',
    port: 0,
    isPublic: true,
    createAdapter: () => gatewayAdapter(readHttpOptions()),
    configure: serveApiDocumentation,
  });

  const answers: Answer[] = [];
  let adminToken: string | null = null;

  async function send<Body>(method: string, path: string, options: SendOptions = {}): Promise<Answer<Body>> {
    const { json, token = adminToken, headers = {} } = options;
    const response = await fetch(`${service.url}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: typeof json === 'string' ? json : JSON.stringify(json) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    const answer = {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson ? JSON.parse(text) : text) as Body,
    };
    answers.push(answer);
    return answer;
  }

  async function ask<Body>(method: string, path: string, json?: unknown): Promise<Body> {
    const answer = await send<Body>(method, path, { json });
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer.body;
  }

  const login = (username: string, password: string) =>
    send<{ token: string }>('POST', '/api/auth/login', { json: { username, password }, token: null });

  adminToken = (await login('admin', ADMIN_PASSWORD)).body.token;

  return {
    app: service.app,
    url: service.url,
    databaseUrl: database.url,
    answers,
    send,
    ask,
    async everyPage<Item>(path: string, limit: number): Promise<Item[]> {
      const items: Item[] = [];
      for (let cursor = ''; ;) {
        const query = `${path.includes('?') ? '&' : '?'}limit=${limit}${cursor}`;
        const page = await ask<Page<Item>>('GET', `${path}${query}`);
        if (page.items.length > limit) throw new Error(`${path} has a page of ${page.items.length}`);
        items.push(...page.items);
        if (page.nextCursor === undefined) return items;
        cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
      }
    },
    login,
    async addUser(username) {
      const client = new Client({ connectionString: database.url });
      await client.connect();
      await client.query(
        `INSERT INTO quota.users (id, username, password_hash, role)
         SELECT $1, $2, password_hash, 'user' FROM quota.users WHERE username = 'admin'`,
        [randomUUID(), username],
      );
      await client.end();
    },
    async stop() {
      await service.stop();
      await database.drop();
    },
  };
}
