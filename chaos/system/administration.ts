import type { LedgerAudit, Session } from '@code-router/contracts';
import { INPUT_NANOS_PER_MILLION, OUTPUT_NANOS_PER_MILLION } from '../price.js';

export const MODEL = 'chaos';

/** A customer of the run: an account with a finite balance, and a key. */
export interface Customer {
  readonly accountId: string;
  readonly apiKey: string;
}

interface Created {
  readonly id: string;
  readonly secret: string;
}

/** Sets a system up over its administration's API, and asks it what it thinks of its books. */
export class Administration {
  private token = '';

  constructor(private readonly baseUrl: string) {}

  async logIn(password: string): Promise<void> {
    const session = await this.ask<Session>('POST', 'auth/login', { username: 'admin', password });
    this.token = session.token;
  }

  /** Two channels, so that a request has somewhere else to go, and the suite's prices. */
  async offerModel(upstreamPorts: readonly number[]): Promise<void> {
    for (const [index, port] of upstreamPorts.entries()) {
      await this.ask('POST', 'channels', {
        name: `chaos ${index + 1}`,
        provider: 'openai-compatible',
        baseUrl: `http://127.0.0.1:${port}/v1`,
        apiKey: 'sk-chaos',
        models: [{ name: MODEL }],
        timeouts: { connectMs: 2_000, firstByteMs: 4_000, idleMs: 4_000 },
      });
    }
    await this.ask('POST', 'models', { name: MODEL, contextWindow: 128_000, maxOutputTokens: 4_096 });
    const rates = { input: INPUT_NANOS_PER_MILLION.toString(), output: OUTPUT_NANOS_PER_MILLION.toString() };
    await this.ask('POST', 'prices', { model: MODEL, terms: { rates, perCallNanos: '0', tiers: [] } });
  }

  async createCustomer(name: string, balanceNanos: bigint): Promise<Customer> {
    const account = await this.ask<Created>('POST', 'accounts', { name });
    const amountNanos = balanceNanos.toString();
    await this.ask('POST', `accounts/${account.id}/grants`, { amountNanos, reference: `chaos ${name}`, note: 'chaos' });
    const key = await this.ask<Created>('POST', `accounts/${account.id}/keys`, { name: 'chaos' });
    return { accountId: account.id, apiKey: key.secret };
  }

  /** Has ledger, usage log and event stream compared, since a time, as an operator would. */
  async reconcile(since: Date): Promise<void> {
    await this.ask('POST', 'reconciliation', { from: since.toISOString() });
  }

  audit(): Promise<LedgerAudit> {
    return this.ask('GET', 'audit');
  }

  /** @throws Error with what the server answered when it refused. */
  private async ask<Reply>(method: string, path: string, body?: object): Promise<Reply> {
    const response = await fetch(`${this.baseUrl}/api/${path}`, {
      method,
      headers: {
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(this.token === '' ? {} : { authorization: `Bearer ${this.token}` }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} /api/${path} was refused: ${await response.text()}`);
    return (await response.json()) as Reply;
  }
}
