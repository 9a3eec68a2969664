import { randomUUID } from 'node:crypto';
import type { StandaloneSystem } from '@code-router/testing';

export interface Person {
  readonly username: string;
  readonly password: string;
  /** Of a session of theirs: for what only they may ask. */
  readonly token: string;
  /** The account that they own. */
  readonly accountId: string;
}

/** The administrator, at the API: prepares what pages are to show, and looks at what they did. */
export class Operator {
  private constructor(
    private readonly baseUrl: string,
    private readonly token: string,
  ) {}

  static async signIn({ baseUrl, adminPassword }: StandaloneSystem): Promise<Operator> {
    const operator = new Operator(baseUrl, '');
    const { token } = await operator.ask<{ token: string }>('POST', '/api/auth/login', {
      username: 'admin',
      password: adminPassword,
    });
    return new Operator(baseUrl, token);
  }

  /** @throws Error with the answer when it is a refusal. */
  async ask<Reply>(method: string, path: string, body?: unknown, token = this.token): Promise<Reply> {
    const answer = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as Reply;
  }

  /** Makes a user with an account of their own, in a group and with a balance if it is said. */
  async person(username: string, options: { group?: string; balanceNanos?: string } = {}): Promise<Person> {
    const password = 'correct horse battery staple';
    await this.ask('POST', '/api/users', { username, password });
    const { token } = await this.ask<{ token: string }>('POST', '/api/auth/login', { username, password }, '');
    const { memberships } = await this.ask<{ memberships: { accountId: string }[] }>(
      'GET',
      '/api/me',
      undefined,
      token,
    );
    const [membership] = memberships;
    if (!membership) throw new Error(`${username} has no account`);
    const { accountId } = membership;
    if (options.group !== undefined) await this.ask('PATCH', `/api/accounts/${accountId}`, { group: options.group });
    if (options.balanceNanos !== undefined) {
      await this.ask('POST', `/api/accounts/${accountId}/grants`, {
        amountNanos: options.balanceNanos,
        reference: randomUUID(),
        note: 'For the tests',
      });
    }
    return { username, password, token, accountId };
  }
}
