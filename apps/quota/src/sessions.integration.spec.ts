import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QuotaMessages } from '@code-router/contracts';
import { startQuota, type RunningQuota } from './testing/running-quota.js';

const PASSWORD = 'correct horse battery staple';

let quota: RunningQuota;

async function startWithPassword(password: string | undefined, existing?: { readonly url: string }) {
  const before = process.env['CODE_ROUTER_ADMIN_PASSWORD'];
  try {
    if (password === undefined) delete process.env['CODE_ROUTER_ADMIN_PASSWORD'];
    else process.env['CODE_ROUTER_ADMIN_PASSWORD'] = password;
    return await startQuota(existing);
  } finally {
    if (before === undefined) delete process.env['CODE_ROUTER_ADMIN_PASSWORD'];
    else process.env['CODE_ROUTER_ADMIN_PASSWORD'] = before;
  }
}

beforeAll(async () => {
  quota = await startWithPassword(PASSWORD);
});

afterAll(async () => {
  await quota?.stop();
});

const login = (username: string, password: string) => quota.client.request(QuotaMessages.login, { username, password });
const findUser = async (token: string) => (await quota.client.request(QuotaMessages.findSession, { token })).user;

/** Moves the attempts under a name into the past, as if that much time had gone by. */
const ageAttempts = (username: string, minutes: number) =>
  quota.dataSource.query(
    `UPDATE quota.login_attempts SET attempted_at = attempted_at - $2 * interval '1 minute' WHERE username = $1`,
    [username, minutes],
  );

describe('the first administrator', () => {
  it('has the password from the environment, which is stored only as an argon2id hash', async () => {
    expect((await login('admin', PASSWORD)).user).toMatchObject({ username: 'admin', role: 'root' });
    const users = await quota.dataSource.query<{ password_hash: string }[]>('SELECT * FROM quota.users');
    expect(users).toHaveLength(1);
    expect(users[0]?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('keeps the password when the environment changes, and stays the only one when replicas start together', async () => {
    const replicas = await Promise.all(
      Array.from({ length: 3 }, () => startWithPassword('another password', { url: quota.databaseUrl })),
    );
    await Promise.all(replicas.map((replica) => replica.stop()));
    await expect(login('admin', 'another password')).rejects.toMatchObject({ code: 'unauthorized' });
    expect((await login('admin', PASSWORD)).user.username).toBe('admin');
    expect(await quota.dataSource.query('SELECT id FROM quota.users')).toHaveLength(1);
  });

  it('is not created without a password', async () => {
    const without = await startWithPassword(undefined);
    expect(await without.dataSource.query('SELECT id FROM quota.users')).toHaveLength(0);
    await without.stop();
  });
});

describe('a session', () => {
  it('lasts twelve hours or until its end, and only the hash of its token is stored', async () => {
    const { token, expiresAt, user } = await login('ADMIN', PASSWORD);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(11.9 * 3_600_000);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThan(12.1 * 3_600_000);
    expect(await findUser(token)).toEqual(user);
    expect(JSON.stringify(await quota.dataSource.query('SELECT * FROM quota.sessions'))).not.toContain(token);

    const other = await login('admin', PASSWORD);
    expect(await quota.client.request(QuotaMessages.logout, { token })).toEqual({ ended: true });
    expect(await quota.client.request(QuotaMessages.logout, { token })).toEqual({ ended: false });
    expect(await findUser(token)).toBeNull();
    expect(await findUser(other.token)).toEqual(user);

    await quota.dataSource.query(`UPDATE quota.sessions SET expires_at = now() - interval '1 second'`);
    expect(await findUser(other.token)).toBeNull();
  });

  it('is nobody’s when the token is not one', async () => {
    for (const token of ['', 'x', 'x'.repeat(43), null, 5]) expect(await findUser(token as string)).toBeNull();
  });
});

describe('logging in', () => {
  it('with a wrong name and with a wrong password gives the same answer', async () => {
    const outcomes = await Promise.allSettled([login('nobody', PASSWORD), login('admin', 'wrong')]);
    const reasons = outcomes.map((outcome) => (outcome.status === 'rejected' ? String(outcome.reason) : 'logged in'));
    expect(reasons[0]).toBe('DomainError: The user name or the password is wrong.');
    expect(reasons[1]).toBe(reasons[0]);
    await login('admin', PASSWORD);
  });

  it.each(['admin', 'nobody-at-all'])(
    'as %s is refused after ten failures, even with the right password and all at once, until the window has passed',
    async (username) => {
      const outcomes = await Promise.allSettled(Array.from({ length: 25 }, () => login(username, 'wrong')));
      const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'logged in'));
      expect(codes.filter((code) => code === 'unauthorized')).toHaveLength(10);
      expect(codes.filter((code) => code === 'rate_limit_exceeded')).toHaveLength(15);
      const refused = login(username, PASSWORD);
      await expect(refused).rejects.toMatchObject({ code: 'rate_limit_exceeded' });
      const { details } = (await refused.catch((error: unknown) => error)) as { details: { retryAfterMs: number } };
      expect(details.retryAfterMs).toBeGreaterThan(14 * 60_000);
      expect(details.retryAfterMs).toBeLessThanOrEqual(15 * 60_000);
      await ageAttempts(username, 15);
      await expect(login(username, 'wrong')).rejects.toMatchObject({ code: 'unauthorized' });
    },
  );

  it('forgets the failures once it succeeded', async () => {
    await ageAttempts('admin', 15);
    for (let round = 0; round < 3; round += 1) {
      for (let failure = 0; failure < 8; failure += 1) {
        await expect(login('admin', 'wrong')).rejects.toMatchObject({ code: 'unauthorized' });
      }
      await login('admin', PASSWORD);
    }
  });

  it('from one network is refused after a hundred failures under whatever names, and nowhere else', async () => {
    const from = (ip: string, username: string, password = 'wrong') =>
      quota.client.request(QuotaMessages.login, { username, password, ip });
    await ageAttempts('admin', 15);
    // What succeeds is not counted.
    await from('2001:db8::1', 'admin', PASSWORD);
    await quota.dataSource.query(
      `INSERT INTO quota.attempts (bucket, attempted_at)
       SELECT 'login:2001:db8:0:0::/64', clock_timestamp() FROM generate_series(1, 99)`,
    );
    await expect(from('2001:db8::2', 'made-up-1')).rejects.toMatchObject({ code: 'unauthorized' });
    const refused = from('2001:db8::3', 'admin', PASSWORD);
    await expect(refused).rejects.toMatchObject({ code: 'rate_limit_exceeded' });
    const { details } = (await refused.catch((error: unknown) => error)) as { details: { retryAfterMs: number } };
    expect(details.retryAfterMs).toBeGreaterThan(0);
    await from('2001:db8:0:1::1', 'admin', PASSWORD);
    // A refusal leaves nothing behind.
    expect(await quota.dataSource.query(`SELECT 1 FROM quota.login_attempts WHERE username = 'admin'`)).toEqual([]);
  });

  it.each([
    [{ username: '', password: 'x' }, 'username'],
    [{ username: 'admin' }, 'password'],
    [{ username: 'admin', password: 'x'.repeat(1_001) }, 'password'],
    [{ username: 5, password: 'x' }, 'username'],
  ])('with input that is not one is refused: %j', async (credentials, field) => {
    const request = quota.client.request(QuotaMessages.login, credentials as { username: string; password: string });
    await expect(request).rejects.toMatchObject({ code: 'invalid_request_error', details: { param: field } });
  });
});
