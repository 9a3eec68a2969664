import { randomUUID } from 'node:crypto';
import { Controller, Module } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import {
  IdentityMessages,
  QuotaMessages,
  QuotaNotices,
  usageEvent,
  type CreateAccount,
  type CreateKey,
  type Key,
  type LedgerAudit,
  type LedgerEntry,
  type Member,
  SettlementNotices,
  type PrincipalChange,
  type RefusedSettlement,
  type ReserveReply,
  type ReserveRequest,
  type SettlementPosted,
  type UsageData,
  type UsageEvent,
} from '@code-router/contracts';
import { Hears, ServiceClient, UsageEventLog } from '@code-router/messaging';
import { startService } from '@code-router/service';
import { createTestDatabase } from '@code-router/testing';
import { PostedUsages } from '../domain/posted-usage.js';
import { Reservations } from '../domain/reservations.js';
import { QuotaModule } from '../quota.module.js';
import { ExpireReservations } from '../use-cases/expire-reservations.js';
import { Settle } from '../use-cases/settle.js';

/** Remembers the notices that any gateway would have heard. */
@Controller()
class NoticeListener {
  readonly changes: PrincipalChange[] = [];
  readonly posted: string[] = [];

  @Hears(QuotaNotices.principalChanged)
  hearChange(@Payload() change: PrincipalChange): void {
    this.changes.push(change);
  }

  readonly refused: RefusedSettlement[] = [];

  @Hears(SettlementNotices.refused)
  hearRefused(@Payload() { refused }: { readonly refused: readonly RefusedSettlement[] }): void {
    this.refused.push(...refused);
  }

  @Hears(QuotaNotices.posted)
  hearPosted(@Payload() { reservationIds }: SettlementPosted): void {
    this.posted.push(...reservationIds);
  }
}

@Module({ controllers: [NoticeListener] })
class NoticeListenerModule {}

/** What the books must look like at any time. */
export const CLEAN_AUDIT: LedgerAudit = {
  accountsWhoseBalanceIsNotTheirLedger: 0,
  accountsWhoseHoldsAreNotTheirReservations: 0,
  keysWhoseHoldsAreNotTheirReservations: 0,
  keysWhoseSpendingIsNotTheirLedger: 0,
  accountsBelowTheirOverdraft: 0,
  reservationsPendingPastTheirLease: 0,
  reservationsWhoseChargeIsNotTheirLedger: 0,
  keysWhoseBudgetIsNotTheirReservations: 0,
  membersWhoseBudgetIsNotTheirReservations: 0,
};

export type RunningQuota = Awaited<ReturnType<typeof startQuota>>;

/** The quota service as one process of its own; on a database of its own, unless it is to be a further replica. */
export async function startQuota(existing?: { readonly url: string }) {
  const database = existing ? { url: existing.url, drop: async () => undefined } : await createTestDatabase();
  const service = await startService({
    name: 'quota',
    modules: [QuotaModule, NoticeListenerModule],
    infrastructure: { databaseUrl: database.url },
    host: '127.0.0.1',
    port: 0,
  });
  const client = service.app.get(ServiceClient);
  const dataSource = service.app.get<DataSource>(getDataSourceToken('quota'));
  const settleEvents = (events: readonly UsageEvent[]) => service.app.get(Settle).execute(events);

  return {
    client,
    dataSource,
    databaseUrl: database.url,
    url: service.url,
    eventLog: service.app.get(UsageEventLog),
    postedUsages: service.app.get(PostedUsages),
    reservations: service.app.get(Reservations),
    notices: service.app.get(NoticeListener),

    /** An account with a name of its own, with that much granted. */
    async openAccount(balanceNanos: bigint, account: Partial<CreateAccount> = {}) {
      const opened = await client.request(QuotaMessages.createAccount, { name: `account ${randomUUID()}`, ...account });
      if (balanceNanos > 0n) {
        await client.request(QuotaMessages.grant, {
          accountId: opened.id,
          amountNanos: balanceNanos.toString(),
          reference: randomUUID(),
          note: '',
          author: 'test',
        });
      }
      return opened.id;
    },

    /** A new user who is an owner of the account, and may spend so much of it in a month. */
    async joinOwner(accountId: string, budgetNanos: string | null = null): Promise<string> {
      const [user] = await dataSource.query<{ id: string }[]>(
        `INSERT INTO quota.users (username, role) VALUES ($1, 'user') RETURNING id`,
        [`user-${randomUUID()}`],
      );
      if (!user) throw new Error('no user was made');
      await dataSource.query(`INSERT INTO quota.account_members (account_id, user_id, role) VALUES ($1, $2, 'owner')`, [
        accountId,
        user.id,
      ]);
      if (budgetNanos !== null) await this.setMemberBudget(accountId, user.id, budgetNanos);
      return user.id;
    },

    setMemberBudget(accountId: string, userId: string, budgetNanos: string | null) {
      return client.request(IdentityMessages.updateMember, { actorId: userId, accountId, userId, budgetNanos });
    },

    async member(accountId: string, userId: string): Promise<Member> {
      const { items } = await client.request(IdentityMessages.listMembers, { accountId, limit: 200 });
      return items.find((member) => member.userId === userId) as Member;
    },

    createMemberKey(accountId: string, userId: string, key: Partial<CreateKey> = {}) {
      return client.request(IdentityMessages.createMemberKey, {
        accountId,
        name: 'key',
        createdByUserId: userId,
        ...key,
      });
    },

    createKey(accountId: string, key: Partial<CreateKey> = {}) {
      return client.request(QuotaMessages.createKey, { accountId, name: 'key', ...key });
    },

    account(id: string) {
      return client.request(QuotaMessages.getAccount, { id });
    },

    async key(accountId: string, keyId: string): Promise<Key> {
      const { items } = await client.request(QuotaMessages.listKeys, { accountId, limit: 200 });
      return items.find(({ id }) => id === keyId) as Key;
    },

    /** The newest 200 entries, oldest first. */
    async ledger(accountId: string): Promise<readonly LedgerEntry[]> {
      const { items } = await client.request(QuotaMessages.listLedger, { accountId, limit: 200 });
      return items.toReversed();
    },

    audit() {
      return client.request(QuotaMessages.audit, {});
    },

    async reserve(...reservations: readonly ReserveRequest[]): Promise<readonly ReserveReply[]> {
      // Many tests reserve as much at once as a busy machine takes a while for.
      return (await client.request(QuotaMessages.reserve, { reservations }, { timeoutMs: 120_000 })).decisions;
    },

    settleEvents,

    settle(...settlements: readonly (Pick<UsageData, 'reservationId' | 'accountId' | 'keyId'> & Partial<UsageData>)[]) {
      return settleEvents(settlements.map(eventFor));
    },

    /** Lets the lease of a reservation be over, and sweeps. */
    async expire(reservationId: string) {
      await dataSource.query(
        `UPDATE quota.reservations SET lease_expires_at = now() - interval '1 second' WHERE id = $1`,
        [reservationId],
      );
      await service.app.get(ExpireReservations).execute();
    },

    async statusOf(reservationId: string): Promise<string | undefined> {
      const [row] = await dataSource.query<{ status: string }[]>(
        'SELECT status FROM quota.reservations WHERE id = $1',
        [reservationId],
      );
      return row?.status;
    },

    async stop() {
      await service.stop();
      await database.drop();
    },
  };
}

/** A request for a hold with ids of its own. */
export function holdFor(
  owner: { readonly accountId: string; readonly keyId: string },
  amountNanos: bigint | number,
  hold: Partial<ReserveRequest> = {},
): ReserveRequest {
  return {
    reservationId: randomUUID(),
    requestId: `request-${randomUUID()}`,
    accountId: owner.accountId,
    keyId: owner.keyId,
    amountNanos: amountNanos.toString(),
    leaseMs: 60_000,
    ...hold,
  };
}

/** The usage event that a gateway would publish; settled for nothing unless it says otherwise. */
export function eventFor(
  usage: Pick<UsageData, 'reservationId' | 'accountId' | 'keyId'> & Partial<UsageData>,
): UsageEvent {
  const at = new Date().toISOString();
  const tokens = {
    input: 1,
    cachedInput: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    inputImage: 0,
    inputAudio: 0,
    output: 1,
    outputAudio: 0,
  };
  const data: UsageData = {
    outcome: 'settled',
    requestId: 'request',
    keyName: 'key',
    endpoint: '/v1/chat/completions',
    stream: false,
    modelAsked: 'demo',
    attempts: 1,
    tokens: tokens as UsageData['tokens'],
    reasoningTokens: 0,
    estimated: false,
    priceVersionId: randomUUID(),
    terms: { rates: {}, perCallNanos: '0', tiers: [] },
    multiplierMillionths: '1000000',
    multiplierSource: 'default',
    amountNanos: '0',
    httpStatus: 200,
    clientDisconnected: false,
    startedAt: at,
    completedAt: at,
    latencyMs: 1,
    ...usage,
  };
  return usageEvent(data, 'test');
}
