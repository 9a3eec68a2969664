import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  IdentityMessages,
  QuotaMessages,
  type AccountRole,
  type RequestContract,
  type Session,
} from '@code-router/contracts';
import { CLEAN_AUDIT, startQuota, type RunningQuota } from './testing/running-quota.js';

const PASSWORD = 'correct horse battery staple';
const WELCOME_NANOS = '5000000000';

let quota: RunningQuota;
let root: Session;

const ask = <Request, Reply>(contract: RequestContract<Request, Reply>, request: Request) =>
  quota.client.request(contract, request);
let people = 0;
const newName = () => `person-${(people += 1)}`;

/** Signs up from an address of their own, so that the throttle is not met by accident. */
const signUp = (changes: object = {}) =>
  ask(IdentityMessages.signUp, {
    username: newName(),
    password: PASSWORD,
    ip: `10.0.${Math.floor(people / 250)}.${people % 250}`,
    ...changes,
  });
const accountOf = async ({ user }: Session) => {
  const { memberships } = await ask(IdentityMessages.listMemberships, { userId: user.id });
  return memberships[0]!.account.id;
};
const join = async (accountId: string, owner: Session, role: AccountRole) => {
  const { token } = await ask(IdentityMessages.invite, { actorId: owner.user.id, accountId, role });
  return signUp({ invitation: token });
};
const findUser = async (token: string) => (await ask(QuotaMessages.findSession, { token })).user;

async function startWith(environment: Record<string, string>, existing?: { readonly url: string }) {
  const before = { ...process.env };
  Object.assign(process.env, { CODE_ROUTER_ADMIN_PASSWORD: PASSWORD, ...environment });
  try {
    return await startQuota(existing);
  } finally {
    process.env = before;
  }
}

beforeAll(async () => {
  quota = await startWith({ CODE_ROUTER_SIGN_UP: 'open', CODE_ROUTER_WELCOME_NANOS: WELCOME_NANOS });
  root = await ask(QuotaMessages.login, { username: 'admin', password: PASSWORD });
});

afterAll(async () => {
  await quota?.stop();
});

describe('signing up', () => {
  it('makes a user, a personal account that they own, and grants the welcome in the ledger', async () => {
    const session = await signUp({ username: 'Alice', email: 'alice@example.com' });
    expect(session.user).toMatchObject({ username: 'alice', role: 'user' });
    expect(await findUser(session.token)).toEqual(session.user);
    const { memberships } = await ask(IdentityMessages.listMemberships, { userId: session.user.id });
    expect(memberships).toHaveLength(1);
    expect(memberships[0]).toMatchObject({ role: 'owner', account: { name: 'alice', balanceNanos: WELCOME_NANOS } });
    expect(await quota.ledger(memberships[0]!.accountId)).toMatchObject([
      { kind: 'grant', reference: `welcome:${session.user.id}`, amountNanos: WELCOME_NANOS },
    ]);
    expect(await ask(IdentityMessages.getUser, { id: session.user.id })).toMatchObject({
      email: 'alice@example.com',
      hasPassword: true,
      status: 'active',
    });
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });

  it('of many at once under one name makes one user and one account', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, (_, index) => signUp({ username: 'wanted', ip: `10.9.0.${index}` })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
    expect(new Set(refused)).toEqual(new Set(['conflict']));
    const accounts = await quota.dataSource.query("SELECT id FROM quota.accounts WHERE name LIKE 'wanted%'");
    expect(accounts).toHaveLength(1);
  });

  it('is the owner of an account that is opened for them, and of nothing when there is no such user', async () => {
    const session = await signUp();
    const account = await ask(QuotaMessages.createAccount, { name: 'opened-for-them', ownerId: session.user.id });
    const { memberships } = await ask(IdentityMessages.listMemberships, { userId: session.user.id });
    expect(memberships.find(({ accountId }) => accountId === account.id)).toMatchObject({ role: 'owner' });
    const nobody = ask(QuotaMessages.createAccount, { name: 'of-nobody', ownerId: randomUUID() });
    await expect(nobody).rejects.toMatchObject({ code: 'not_found', details: { userId: expect.any(String) } });
    expect(await quota.dataSource.query("SELECT 1 FROM quota.accounts WHERE name = 'of-nobody'")).toEqual([]);
  });

  it('does not fail because an account has the name already', async () => {
    await ask(QuotaMessages.createAccount, { name: 'taken-name' });
    const session = await signUp({ username: 'taken-name' });
    const { memberships } = await ask(IdentityMessages.listMemberships, { userId: session.user.id });
    expect(memberships[0]!.account.name).toBe(`taken-name ${session.user.id.slice(0, 8)}`);
  });

  it('from one address is refused after twenty within an hour', async () => {
    const outcomes: PromiseSettledResult<Session>[] = [];
    // A few at a time: hashing a password takes a while, and a message is not waited for as long as it may take for all.
    while (outcomes.length < 24) {
      const together = Array.from({ length: 4 }, () => signUp({ ip: '192.0.2.1' }));
      outcomes.push(...(await Promise.allSettled(together)));
    }
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    await expect(signUp({ ip: '192.0.2.1' })).rejects.toMatchObject({
      code: 'rate_limit_exceeded',
      details: { retryAfterMs: expect.any(Number) },
    });
  });

  it.each([
    [{ username: 'ab' }, 'username'],
    [{ username: 5 }, 'username'],
    [{ username: 'a b c' }, 'username'],
    [{ username: 'a@example.com' }, 'username'],
    [{ password: 'short' }, 'password'],
    [{ password: 'x'.repeat(1_001) }, 'password'],
    [{ password: null }, 'password'],
    [{ email: 'nonsense' }, 'email'],
    [{ email: `${'x'.repeat(250)}@example.com` }, 'email'],
    [{ invitation: 'nonsense' }, 'invitation'],
  ])('with %j is refused, naming %s', async (changes, param) => {
    await expect(signUp(changes)).rejects.toMatchObject({ code: 'invalid_request_error', details: { param } });
  });

  it('is closed unless it is opened, but for whoever is invited, and once for each invitation', async () => {
    const closed = await startWith({});
    try {
      const request = (changes: object) =>
        closed.client.request(IdentityMessages.signUp, { username: newName(), password: PASSWORD, ...changes });
      expect(await closed.client.request(IdentityMessages.signUpState, {})).toEqual({ signUp: 'closed' });
      await expect(request({})).rejects.toMatchObject({ code: 'forbidden' });
      const { user } = await closed.client.request(QuotaMessages.login, { username: 'admin', password: PASSWORD });
      const owner = await closed.client.request(IdentityMessages.createUser, {
        actorId: user.id,
        username: 'owner',
        password: PASSWORD,
      });
      const { memberships } = await closed.client.request(IdentityMessages.listMemberships, { userId: owner.id });
      const accountId = memberships[0]!.accountId;
      const { token } = await closed.client.request(IdentityMessages.invite, {
        actorId: owner.id,
        accountId,
        role: 'member',
      });
      const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => request({ invitation: token })));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const { items } = await closed.client.request(IdentityMessages.listMembers, { accountId });
      expect(items.map(({ role }) => role)).toEqual(['member', 'owner']);
      // Whoever could not accept was not made at all.
      expect(await closed.dataSource.query('SELECT id FROM quota.users')).toHaveLength(3);
    } finally {
      await closed.stop();
    }
  });
});

describe('an identity of an identity provider', () => {
  const identity = (changes: object = {}) => ({
    issuer: 'https://idp.example.com',
    subject: randomUUID(),
    usernameHint: newName(),
    mayCreate: true,
    ...changes,
  });

  it('makes a user once, however often and however much at once it logs in', async () => {
    const one = identity();
    const sessions = await Promise.all(Array.from({ length: 5 }, () => ask(IdentityMessages.logInWithIdentity, one)));
    expect(new Set(sessions.map(({ user }) => user.id)).size).toBe(1);
    expect(await ask(IdentityMessages.getUser, { id: sessions[0]!.user.id })).toMatchObject({ hasPassword: false });
    expect((await ask(IdentityMessages.listMemberships, { userId: sessions[0]!.user.id })).memberships).toHaveLength(1);
  });

  it('never finds a user by name or e-mail address', async () => {
    const victim = await signUp({ username: 'victim', email: 'victim@example.com' });
    const other = await ask(
      IdentityMessages.logInWithIdentity,
      identity({ usernameHint: 'victim', email: 'victim@example.com' }),
    );
    expect(other.user.id).not.toBe(victim.user.id);
    expect(other.user.username).toMatch(/^victim-[0-9a-f]{6}$/);
  });

  it('of the same subject at another issuer is another user', async () => {
    const one = identity();
    const first = await ask(IdentityMessages.logInWithIdentity, one);
    const second = await ask(IdentityMessages.logInWithIdentity, { ...one, issuer: 'https://other.example.com' });
    expect(second.user.id).not.toBe(first.user.id);
  });

  it('that nobody has is refused where none may be made', async () => {
    const unknown = ask(IdentityMessages.logInWithIdentity, identity({ mayCreate: false }));
    await expect(unknown).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('is linked to the user who asks, and never taken from another one', async () => {
    const [one, two] = [await signUp(), await signUp()];
    const { issuer, subject } = identity();
    const link = (session: Session) => ask(IdentityMessages.linkIdentity, { userId: session.user.id, issuer, subject });
    await link(one);
    await link(one);
    await expect(link(two)).rejects.toMatchObject({ code: 'conflict' });
    const session = await ask(IdentityMessages.logInWithIdentity, { issuer, subject, mayCreate: false });
    expect(session.user.id).toBe(one.user.id);
  });

  it('gives no password: the user cannot log in with one, nor change it', async () => {
    const { token, user } = await ask(IdentityMessages.logInWithIdentity, identity());
    const login = ask(QuotaMessages.login, { username: user.username, password: '' });
    await expect(login).rejects.toMatchObject({ code: 'unauthorized' });
    const change = ask(IdentityMessages.changePassword, { token, oldPassword: '', newPassword: PASSWORD });
    await expect(change).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('sessions', () => {
  it('are listed for their owner with where they began, and without a token', async () => {
    const { user, token } = await signUp({ userAgent: 'first\u0000agent' });
    await ask(QuotaMessages.login, { username: user.username, password: PASSWORD, ip: '::1', userAgent: 'second' });
    const { sessions } = await ask(IdentityMessages.listSessions, { token });
    expect(sessions.map(({ current, userAgent }) => [current, userAgent])).toEqual([
      [false, 'second'],
      [true, 'first agent'],
    ]);
    expect(JSON.stringify(sessions)).not.toContain(token);
  });

  it('end one by one and all others at once, but never those of somebody else', async () => {
    const mine = await signUp();
    const login = () => ask(QuotaMessages.login, { username: mine.user.username, password: PASSWORD });
    const [second, third, fourth] = [await login(), await login(), await login()];
    const others = await signUp();
    const { sessions } = await ask(IdentityMessages.listSessions, { token: second.token });
    const id = sessions.find(({ current }) => current)!.id;
    expect(await ask(IdentityMessages.endSession, { token: others.token, id })).toEqual({ ended: false });
    expect(await ask(IdentityMessages.endSession, { token: mine.token, id })).toEqual({ ended: true });
    expect(await findUser(second.token)).toBeNull();
    expect(await ask(IdentityMessages.endOtherSessions, { token: mine.token })).toEqual({ ended: 2 });
    expect([await findUser(third.token), await findUser(fourth.token)]).toEqual([null, null]);
    expect(await findUser(mine.token)).not.toBeNull();
    expect(await findUser(others.token)).not.toBeNull();
  });

  it('of others end when the password changes, which needs the old one', async () => {
    const mine = await signUp();
    const { username } = mine.user;
    const other = await ask(QuotaMessages.login, { username, password: PASSWORD });
    const change = (oldPassword: string, newPassword: string) =>
      ask(IdentityMessages.changePassword, { token: mine.token, oldPassword, newPassword });
    await expect(change('wrong password', 'a new password')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(change(PASSWORD, 'short')).rejects.toMatchObject({ details: { param: 'newPassword' } });
    expect(await findUser(other.token)).not.toBeNull();
    await change(PASSWORD, 'a new password');
    expect(await findUser(other.token)).toBeNull();
    expect(await findUser(mine.token)).not.toBeNull();
    await expect(ask(QuotaMessages.login, { username, password: PASSWORD })).rejects.toMatchObject({
      code: 'unauthorized',
    });
    expect((await ask(QuotaMessages.login, { username, password: 'a new password' })).user.id).toBe(mine.user.id);
  });

  it('do not help to guess the old password', async () => {
    const { token } = await signUp();
    const guess = () =>
      ask(IdentityMessages.changePassword, { token, oldPassword: 'a wild guess', newPassword: PASSWORD });
    const outcomes = await Promise.allSettled(Array.from({ length: 14 }, guess));
    const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'changed'));
    expect(codes.filter((code) => code === 'forbidden')).toHaveLength(10);
    expect(codes.filter((code) => code === 'rate_limit_exceeded')).toHaveLength(4);
  });
});

describe('users', () => {
  const update = (actor: Session, id: string, changes: object) =>
    ask(IdentityMessages.updateUser, { actorId: actor.user.id, id, ...changes });

  it('who are disabled lose their sessions and cannot log in until they are enabled', async () => {
    const { user, token } = await signUp();
    const login = (password: string) => ask(QuotaMessages.login, { username: user.username, password });
    await update(root, user.id, { status: 'disabled' });
    expect(await findUser(token)).toBeNull();
    await expect(login(PASSWORD)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(login('wrong password')).rejects.toMatchObject({ code: 'unauthorized' });
    await update(root, user.id, { status: 'active' });
    expect((await login(PASSWORD)).user.id).toBe(user.id);
  });

  it('become administrators by the root alone, who cannot be removed by anybody, themselves included', async () => {
    const [one, two] = [await signUp(), await signUp()];
    await expect(update(one, two.user.id, { role: 'admin' })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await update(root, one.user.id, { role: 'admin' })).toMatchObject({ role: 'admin' });
    await expect(update(one, two.user.id, { role: 'admin' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(update(one, root.user.id, { status: 'disabled' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(update(root, root.user.id, { role: 'user' })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await findUser(one.token)).toMatchObject({ role: 'admin' });
  });

  it('are always under a root, although two roots demote each other at the same moment', async () => {
    const other = await signUp();
    await update(root, other.user.id, { role: 'root' });
    await Promise.allSettled([
      update(root, other.user.id, { role: 'user' }),
      update(other, root.user.id, { role: 'user' }),
    ]);
    const roots = await quota.dataSource.query<{ id: string }[]>(`SELECT id FROM quota.users WHERE role = 'root'`);
    expect(roots).toHaveLength(1);
    await quota.dataSource.query(`UPDATE quota.users SET role = 'root' WHERE id = $1`, [root.user.id]);
  });

  it('are listed, newest first, without password hashes', async () => {
    const { user } = await signUp();
    const { items } = await ask(IdentityMessages.listUsers, { limit: 2 });
    expect(items[0]).toMatchObject({ id: user.id, username: user.username });
    expect(JSON.stringify(items)).not.toContain('argon2');
    const found = await ask(IdentityMessages.listUsers, { search: user.username.toUpperCase() });
    expect(found.items.map(({ id }) => id)).toEqual([user.id]);
  });

  it.each([
    [{ id: 'x' }, 'id'],
    [{ id: randomUUID() }, 'request'],
    [{ id: randomUUID(), role: 'king' }, 'role'],
    [{ id: randomUUID(), status: 'gone' }, 'status'],
  ])('are not changed by %j', async (request, param) => {
    const changed = ask(IdentityMessages.updateUser, { actorId: root.user.id, ...request } as never);
    await expect(changed).rejects.toMatchObject({ code: 'invalid_request_error', details: { param } });
  });

  it('who do not exist are not found', async () => {
    const missing = update(root, randomUUID(), { status: 'disabled' });
    await expect(missing).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('members of an account', () => {
  it('join by an invitation that is shown once, stored hashed, and accepted once', async () => {
    const owner = await signUp();
    const accountId = await accountOf(owner);
    const invitation = await ask(IdentityMessages.invite, { actorId: owner.user.id, accountId, role: 'billing' });
    const stored = JSON.stringify(await quota.dataSource.query('SELECT * FROM quota.account_invitations'));
    expect(stored).not.toContain(invitation.token);
    const { items } = await ask(IdentityMessages.listInvitations, { accountId });
    expect(items).toMatchObject([{ id: invitation.id, role: 'billing', invitedBy: owner.user.username }]);
    expect(JSON.stringify(items)).not.toContain('token');

    const guests = await Promise.all([signUp(), signUp(), signUp()]);
    const outcomes = await Promise.allSettled(
      guests.map(({ user }) => ask(IdentityMessages.acceptInvitation, { userId: user.id, token: invitation.token })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await ask(IdentityMessages.listInvitations, { accountId })).items).toEqual([]);
    expect((await ask(IdentityMessages.listMembers, { accountId })).items.map(({ role }) => role)).toEqual([
      'billing',
      'owner',
    ]);
  });

  it('cannot join by an invitation that is over, revoked, or nobody’s; and one does not use it up who is a member', async () => {
    const [owner, guest] = [await signUp(), await signUp()];
    const accountId = await accountOf(owner);
    const invite = () => ask(IdentityMessages.invite, { actorId: owner.user.id, accountId, role: 'member' });
    const accept = ({ user }: Session, token: string) =>
      ask(IdentityMessages.acceptInvitation, { userId: user.id, token });

    const old = await invite();
    await quota.dataSource.query('UPDATE quota.account_invitations SET expires_at = now() WHERE id = $1', [old.id]);
    await expect(accept(guest, old.token)).rejects.toMatchObject({ code: 'not_found' });

    const revoked = await invite();
    const revoke = (ofAccount: string) =>
      ask(IdentityMessages.revokeInvitation, { accountId: ofAccount, id: revoked.id });
    await expect(revoke(await accountOf(guest))).rejects.toMatchObject({ code: 'not_found' });
    await revoke(accountId);
    await expect(accept(guest, revoked.token)).rejects.toMatchObject({ code: 'not_found' });
    await expect(accept(guest, `invite-${'x'.repeat(43)}`)).rejects.toMatchObject({ code: 'not_found' });
    await expect(accept(guest, 'nonsense')).rejects.toMatchObject({ code: 'not_found' });

    const { token } = await invite();
    await expect(accept(owner, token)).rejects.toMatchObject({ code: 'conflict' });
    expect(await accept(guest, token)).toMatchObject({ accountId, role: 'member' });
  });

  it('have exactly the powers of their role over each other', async () => {
    const owner = await signUp();
    const accountId = await accountOf(owner);
    const admin = await join(accountId, owner, 'admin');
    const member = await join(accountId, owner, 'member');
    const update = (actor: Session, target: Session, changes: object) =>
      ask(IdentityMessages.updateMember, { actorId: actor.user.id, accountId, userId: target.user.id, ...changes });
    const remove = (actor: Session, target: Session) =>
      ask(IdentityMessages.removeMember, { actorId: actor.user.id, accountId, userId: target.user.id });
    const forbidden = { code: 'forbidden' };

    await expect(update(member, admin, { role: 'member' })).rejects.toMatchObject(forbidden);
    await expect(update(admin, admin, { role: 'owner' })).rejects.toMatchObject(forbidden);
    await expect(update(admin, owner, { role: 'member' })).rejects.toMatchObject(forbidden);
    await expect(update(admin, owner, { budgetNanos: '0' })).rejects.toMatchObject(forbidden);
    await expect(remove(admin, owner)).rejects.toMatchObject(forbidden);
    await expect(remove(member, admin)).rejects.toMatchObject(forbidden);
    const stranger = await signUp();
    await expect(update(stranger, member, { role: 'admin' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(update(owner, stranger, { role: 'admin' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(
      ask(IdentityMessages.invite, { actorId: admin.user.id, accountId, role: 'owner' }),
    ).rejects.toMatchObject(forbidden);
    await expect(
      ask(IdentityMessages.invite, { actorId: stranger.user.id, accountId, role: 'member' }),
    ).rejects.toMatchObject({ code: 'not_found' });

    expect(await update(admin, member, { budgetNanos: '7000' })).toMatchObject({ role: 'member', budgetNanos: '7000' });
    expect(await update(admin, member, { budgetNanos: null })).toMatchObject({ budgetNanos: null });
    await expect(update(admin, member, { budgetNanos: '-1' })).rejects.toMatchObject({
      details: { param: 'budgetNanos' },
    });
  });

  it('always have an owner, although the last two leave at the same moment', async () => {
    const owner = await signUp();
    const accountId = await accountOf(owner);
    const second = await join(accountId, owner, 'owner');
    const leave = ({ user }: Session) =>
      ask(IdentityMessages.removeMember, { actorId: user.id, accountId, userId: user.id });
    const outcomes = await Promise.allSettled([leave(owner), leave(second)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
    const { items } = await ask(IdentityMessages.listMembers, { accountId });
    expect(items.map(({ role }) => role)).toEqual(['owner']);
    const last = items[0]!.userId;
    await expect(
      ask(IdentityMessages.updateMember, { actorId: last, accountId, userId: last, role: 'admin' }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });

  it('who leave take their invitations with them, and their keys are disabled everywhere', async () => {
    const owner = await signUp();
    const accountId = await accountOf(owner);
    const admin = await join(accountId, owner, 'admin');
    const createKey = ({ user }: Session) =>
      ask(IdentityMessages.createMemberKey, { accountId, name: 'key', createdByUserId: user.id });
    const [theirs, mine] = [await createKey(admin), await createKey(owner)];
    const { token } = await ask(IdentityMessages.invite, { actorId: admin.user.id, accountId, role: 'admin' });
    await ask(IdentityMessages.removeMember, { actorId: owner.user.id, accountId, userId: admin.user.id });

    const { items } = await ask(IdentityMessages.listMemberKeys, { accountId });
    expect(items.map(({ id, status, createdBy }) => [id, status, createdBy?.userId])).toEqual([
      [mine.id, 'active', owner.user.id],
      [theirs.id, 'disabled', admin.user.id],
    ]);
    expect(quota.notices.changes).toContainEqual({ accountId, keyId: theirs.id });
    await expect(ask(IdentityMessages.acceptInvitation, { userId: admin.user.id, token })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect((await ask(IdentityMessages.findAccess, { userId: admin.user.id, accountId })).access).toBeNull();
    await expect(createKey(admin)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('see the keys that they made', async () => {
    const owner = await signUp();
    const accountId = await accountOf(owner);
    const member = await join(accountId, owner, 'member');
    const key = await ask(IdentityMessages.createMemberKey, {
      accountId,
      name: 'own',
      createdByUserId: member.user.id,
    });
    await ask(QuotaMessages.createKey, { accountId, name: 'of the house' });
    const { items } = await ask(IdentityMessages.listMemberKeys, { accountId, createdByUserId: member.user.id });
    expect(items.map(({ id }) => id)).toEqual([key.id]);
    expect((await ask(IdentityMessages.findMemberKey, { id: key.id })).key?.createdBy).toEqual({
      userId: member.user.id,
      username: member.user.username,
    });
    expect((await ask(IdentityMessages.findMemberKey, { id: randomUUID() })).key).toBeNull();
  });
});
