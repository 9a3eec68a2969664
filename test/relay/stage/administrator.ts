import type {
  Account,
  AdministratorAction,
  CreateAccount,
  CreatedKey,
  CreateKey,
  CreateModel,
  Group,
  GrantReply,
  Key,
  LedgerAudit,
  LedgerEntry,
  Membership,
  Model,
  MultiplierOverride,
  Page,
  PriceVersion,
  Session,
  UpdateAccount,
  UpdateKey,
  UsageRecord,
  UsageRollup,
} from '@code-router/contracts';
import type { PriceTermsText } from '@code-router/money';
import type { RunningSystem } from '@code-router/testing';

/** A channel as an administrator enters it; what is absent takes the server's default. */
export interface ChannelInput {
  readonly name: string;
  readonly provider: 'demo' | 'openai-compatible';
  readonly baseUrl?: string;
  readonly apiKey?: string;
  readonly models: readonly { readonly name: string; readonly upstreamName?: string }[];
  readonly groups?: readonly string[] | null;
  readonly priority?: number;
  readonly timeouts?: { readonly connectMs?: number; readonly firstByteMs?: number; readonly idleMs?: number };
  readonly settings?: Readonly<Record<string, string | number>>;
  readonly status?: 'active' | 'disabled';
}

/** Of a channel that was entered, what tests need. */
export interface EnteredChannel {
  readonly id: string;
  readonly name: string;
}

/** Of the report on the system, what tests need. */
export interface SystemReport {
  readonly gateway: { readonly unconfirmed: number };
  readonly consumers: readonly { readonly name: string; readonly lagMs: number | null }[];
  readonly deadLetters: number | null;
  readonly stream: { readonly messages: number } | null;
}

export interface ServiceSettings {
  readonly name: string;
  readonly status: 'ok' | 'unanswered';
  readonly settings: readonly { readonly name: string; readonly value: string | null; readonly isSet: boolean }[];
}

export interface EventDeadLetter {
  readonly id: string;
  readonly consumer: string;
  readonly reason: string;
}

type Bucket = 'hour' | 'day';

/** The administration of a running system, over its HTTP API. */
export class Administrator {
  static async signIn({ baseUrl, adminPassword }: RunningSystem): Promise<Administrator> {
    const signIn = { username: 'admin', password: adminPassword };
    const { token } = await ask<Session>(baseUrl, 'POST', '/api/auth/login', signIn);
    return new Administrator(baseUrl, token);
  }

  private constructor(
    private readonly baseUrl: string,
    private readonly token: string,
  ) {}

  /** The accounts that the administrator is a member of. */
  me(): Promise<{ readonly memberships: readonly Membership[] }> {
    return this.ask('GET', '/api/me');
  }

  createChannel(channel: ChannelInput): Promise<EnteredChannel> {
    return this.ask('POST', '/api/channels', channel);
  }

  updateChannel(id: string, changes: Partial<Omit<ChannelInput, 'provider'>>): Promise<EnteredChannel> {
    return this.ask('PATCH', `/api/channels/${id}`, changes);
  }

  addProviderKey(channelId: string, key: { readonly apiKey: string; readonly label?: string }): Promise<unknown> {
    return this.ask('POST', `/api/channels/${channelId}/keys`, key);
  }

  createModel(model: CreateModel): Promise<Model> {
    return this.ask('POST', '/api/models', model);
  }

  /** Enters a price version that is in force at once. */
  setPrice(model: string, terms: PriceTermsText): Promise<PriceVersion> {
    return this.ask('POST', '/api/prices', { model, terms, confirmed: true });
  }

  putGroup(name: string, multiplier: string): Promise<Group> {
    return this.ask('PUT', '/api/groups', { name, multiplier, choosableBy: null });
  }

  putMultiplier(pair: Omit<MultiplierOverride, 'multiplierMillionths'>, multiplier: string): Promise<unknown> {
    return this.ask('PUT', '/api/multipliers', { ...pair, multiplier });
  }

  createAccount(account: CreateAccount): Promise<Account> {
    return this.ask('POST', '/api/accounts', account);
  }

  account(id: string): Promise<Account> {
    return this.ask('GET', `/api/accounts/${id}`);
  }

  updateAccount(id: string, changes: Omit<UpdateAccount, 'id'>): Promise<Account> {
    return this.ask('PATCH', `/api/accounts/${id}`, changes);
  }

  grant(accountId: string, amountNanos: bigint, reference: string): Promise<GrantReply> {
    return this.ask('POST', `/api/accounts/${accountId}/grants`, { amountNanos: amountNanos.toString(), reference });
  }

  createKey({ accountId, ...key }: CreateKey): Promise<CreatedKey> {
    return this.ask('POST', `/api/accounts/${accountId}/keys`, key);
  }

  updateKey(id: string, changes: Omit<UpdateKey, 'id'>): Promise<Key> {
    return this.ask('PATCH', `/api/keys/${id}`, changes);
  }

  revokeKey(id: string): Promise<Key> {
    return this.ask('DELETE', `/api/keys/${id}`);
  }

  keys(accountId: string): Promise<readonly Key[]> {
    return this.everyPage(`/api/accounts/${accountId}/keys`);
  }

  ledger(accountId: string): Promise<readonly LedgerEntry[]> {
    return this.everyPage(`/api/accounts/${accountId}/ledger`);
  }

  audit(): Promise<LedgerAudit> {
    return this.ask('GET', '/api/audit');
  }

  usageOf(accountId: string): Promise<readonly UsageRecord[]> {
    return this.everyPage(`/api/usage?accountId=${accountId}`);
  }

  async usageOfRequest(requestId: string): Promise<readonly UsageRecord[]> {
    return (await this.ask<Page<UsageRecord>>('GET', `/api/usage?requestId=${requestId}`)).items;
  }

  /** The roll-ups of two days around now. */
  async rollups(accountId: string, granularity: Bucket): Promise<readonly UsageRollup[]> {
    const day = 86_400_000;
    const [from, to] = [Date.now() - day, Date.now() + day].map((instant) => new Date(instant).toISOString());
    const query = new URLSearchParams({ accountId, granularity, from: from ?? '', to: to ?? '' });
    return (await this.ask<{ rollups: UsageRollup[] }>('GET', `/api/usage/rollups?${query}`)).rollups;
  }

  /** Says who asks, to other services than the gateway as well. */
  get headers(): Readonly<Record<string, string>> {
    return { authorization: `Bearer ${this.token}` };
  }

  /** What administrators did, the newest first. */
  async actions(containing: string): Promise<readonly AdministratorAction[]> {
    const query = new URLSearchParams({ action: containing, limit: '10' });
    return (await this.ask<Page<AdministratorAction>>('GET', `/api/audit-log?${query}`)).items;
  }

  /** @throws Error with the answer when it is not a success. */
  system(): Promise<SystemReport> {
    return this.ask('GET', '/api/system');
  }

  settings(): Promise<{ readonly services: readonly ServiceSettings[] }> {
    return this.ask('GET', '/api/settings');
  }

  eventDeadLetters(): Promise<Page<EventDeadLetter>> {
    return this.ask('GET', '/api/system/dead-letters');
  }

  replayEventDeadLetters(ids: readonly string[]): Promise<{ readonly replayed: number }> {
    return this.ask('POST', '/api/system/dead-letters/replay', { ids });
  }

  private ask<Reply>(method: string, path: string, body?: unknown): Promise<Reply> {
    return ask(this.baseUrl, method, path, body, this.token);
  }

  private async everyPage<Item>(path: string): Promise<readonly Item[]> {
    const items: Item[] = [];
    for (let cursor = ''; ;) {
      const query = `${path.includes('?') ? '&' : '?'}limit=200${cursor}`;
      const page = await this.ask<Page<Item>>('GET', `${path}${query}`);
      items.push(...page.items);
      if (page.nextCursor === undefined) return items;
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
  }
}

async function ask<Reply>(
  baseUrl: string,
  method: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<Reply> {
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Reply;
}
