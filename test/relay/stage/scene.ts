import OpenAI, { type ClientOptions } from 'openai';
import type { Account, CreatedKey, LedgerEntry, UsageRecord } from '@code-router/contracts';
import { waitFor } from '@code-router/testing';
import type { Administrator, EnteredChannel } from './administrator.js';
import { RawExchange } from './raw-exchange.js';
import type { Endpoint } from './scripted-upstream.js';

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The id that the gateway gave to the request. */
  readonly requestId: string;
}

/** The error envelope, as clients of OpenAI read it. */
export interface Refusal {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string;
  readonly [fact: string]: unknown;
}

export interface SceneParts {
  readonly baseUrl: string;
  readonly admin: Administrator;
  readonly model: string;
  readonly account: Account;
  readonly key: CreatedKey;
  readonly channel: EnteredChannel;
  readonly endpoint: Endpoint;
  readonly priceVersionId: string;
}

/** A model with its price and channel, and a customer with a key and a balance: all that one test needs, and its own. */
export class Scene {
  readonly baseUrl: string;
  readonly admin: Administrator;
  readonly model: string;
  readonly accountId: string;
  readonly key: CreatedKey;
  readonly channel: EnteredChannel;
  /** Where the channel leads, when it leads to the scripted upstream. */
  readonly endpoint: Endpoint;
  readonly priceVersionId: string;

  constructor(parts: SceneParts) {
    this.baseUrl = parts.baseUrl;
    this.admin = parts.admin;
    this.model = parts.model;
    this.accountId = parts.account.id;
    this.key = parts.key;
    this.channel = parts.channel;
    this.endpoint = parts.endpoint;
    this.priceVersionId = parts.priceVersionId;
  }

  /** OpenAI's own client, which does not retry unless it is told to. */
  openai(options: ClientOptions = {}): OpenAI {
    return new OpenAI({ apiKey: this.key.secret, baseURL: `${this.baseUrl}/v1`, maxRetries: 0, ...options });
  }

  /** The body of a request that asks something short. */
  body(others: object = {}): { readonly model: string; readonly messages: { role: 'user'; content: string }[] } {
    return { model: this.model, messages: [{ role: 'user', content: 'Hello' }], ...others };
  }

  ask(others: object = {}, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.post(JSON.stringify(this.body(others)), headers);
  }

  async post(
    body: string | Buffer<ArrayBuffer>,
    headers: Readonly<Record<string, string>> = { authorization: `Bearer ${this.key.secret}` },
  ): Promise<Answer> {
    const url = `${this.baseUrl}/v1/chat/completions`;
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      requestId: response.headers.get('x-request-id') ?? '',
    };
  }

  /** The same on a socket of its own. */
  open(others: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<RawExchange> {
    return RawExchange.open(this.baseUrl, {
      path: '/v1/chat/completions',
      headers: { authorization: `Bearer ${this.key.secret}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(this.body(others)),
    });
  }

  account(): Promise<Account> {
    return this.admin.account(this.accountId);
  }

  /** What was charged so far, one entry for each request, the newest first. */
  async charges(): Promise<readonly LedgerEntry[]> {
    return (await this.admin.ledger(this.accountId)).filter(({ kind }) => kind === 'charge');
  }

  /** The record of the only request of this scene, once it is there. */
  async onlyRecord(): Promise<UsageRecord> {
    const records = await waitFor(
      async () => {
        const found = await this.admin.usageOf(this.accountId);
        return found.length > 0 ? found : undefined;
      },
      { what: 'a usage record' },
    );
    if (records.length > 1) throw new Error(`there are ${records.length} usage records where one was expected`);
    return records[0] as UsageRecord;
  }

  /** The one usage record of a request, once it is there. */
  async record(requestId: string): Promise<UsageRecord> {
    const records = await waitFor(
      async () => {
        const found = await this.admin.usageOfRequest(requestId);
        return found.length > 0 ? found : undefined;
      },
      { what: `the usage record of ${requestId}` },
    );
    if (records.length > 1) throw new Error(`${requestId} has ${records.length} usage records`);
    return records[0] as UsageRecord;
  }

  /** The one ledger entry that charges what a usage record says. */
  async chargeFor({ reservationId }: UsageRecord): Promise<LedgerEntry> {
    return waitFor(async () => (await this.charges()).find(({ reference }) => reference === reservationId), {
      what: `the charge of ${reservationId}`,
    });
  }

  /** Resolves to the account when none of its requests is under way any more, as far as the books know. */
  async settled(): Promise<Account> {
    return waitFor(
      async () => {
        const account = await this.account();
        return account.heldNanos === '0' ? account : undefined;
      },
      { what: 'all holds of the account to be settled' },
    );
  }
}

export function refusalOf({ text }: Answer): Refusal {
  return (JSON.parse(text) as { error: Refusal }).error;
}
