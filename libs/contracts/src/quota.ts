import type {
  Account,
  ActiveStatus,
  AvailableNanos,
  CreateAccount,
  CreatedKey,
  CreateKey,
  GroupLimits,
  Key,
  ListAccounts,
  RotateKey,
  UpdateAccount,
  UpdateKey,
} from './accounts.js';
import type {
  GrantReply,
  GrantRequest,
  AuditRequest,
  LedgerAudit,
  LedgerEntry,
  LedgerTotals,
  Statement,
  StatementRequest,
} from './ledger.js';
import { defineNotice, defineRequest } from './message.js';
import type { Page, PageRequest } from './page.js';
import type { ExtendReply, ExtendRequest, ReserveBatchReply, ReserveBatchRequest } from './reservations.js';

/** Who a key speaks for. */
export interface Principal {
  readonly keyId: string;
  readonly keyName: string;
  readonly keyStatus: ActiveStatus;
  readonly accountId: string;
  readonly accountStatus: ActiveStatus;
  readonly accountGroup: string;
  /** The group that the key chose; absent when the key follows its account. */
  readonly keyGroup?: string;
  /** Whether answers tell what they cost. */
  readonly showCost: boolean;
  /** ISO 8601: when the key, or the secret that it was found by, ceases to be valid; absent when neither does. */
  readonly expiresAt?: string;
  /** The only models that the key may use; absent when it may use all. */
  readonly allowedModels?: readonly string[];
  /** Whether the account would rather have fewer tokens of output than a refusal for want of money; absent when not. */
  readonly lowerOutput?: boolean;
}

export interface LoginRequest {
  readonly username: string;
  readonly password: string;
  /** Where the session begins, for the list of sessions. */
  readonly ip?: string;
  readonly userAgent?: string;
}

export interface Session {
  readonly token: string;
  readonly expiresAt: string;
  readonly user: SessionUser;
}

export interface SessionUser {
  readonly id: string;
  readonly username: string;
  readonly role: 'root' | 'admin' | 'user';
}

/** Whoever was known by these may have changed: drop what is cached. Absent ids mean all of that account's. */
export interface PrincipalChange {
  readonly accountId: string;
  readonly keyId?: string;
}

/** The settlement of these reservations is in the ledger, committed. */
export interface SettlementPosted {
  readonly reservationIds: readonly string[];
}

export const QuotaMessages = {
  findPrincipal: defineRequest<{ readonly keyHash: string }, { readonly principal: Principal | null }>(
    'quota.principal.find',
  ),
  /** By the key's id instead of its secret, for somebody who may use the key; who that is, is the asker's to know. */
  principalOfKey: defineRequest<{ readonly keyId: string }, { readonly principal: Principal | null }>(
    'quota.principal.of-key',
  ),
  reserve: defineRequest<ReserveBatchRequest, ReserveBatchReply>('quota.reserve'),
  extend: defineRequest<ExtendRequest, ExtendReply>('quota.extend'),
  createAccount: defineRequest<CreateAccount, Account>('quota.accounts.create'),
  updateAccount: defineRequest<UpdateAccount, Account>('quota.accounts.update'),
  getAccount: defineRequest<{ readonly id: string }, Account>('quota.accounts.get'),
  listAccounts: defineRequest<ListAccounts, Page<Account>>('quota.accounts.list'),
  createKey: defineRequest<CreateKey, CreatedKey>('quota.keys.create'),
  getKey: defineRequest<{ readonly id: string }, Key>('quota.keys.get'),
  updateKey: defineRequest<UpdateKey, Key>('quota.keys.update'),
  listKeys: defineRequest<PageRequest & { readonly accountId?: string }, Page<Key>>('quota.keys.list'),
  available: defineRequest<{ readonly keyId: string }, AvailableNanos>('quota.available'),
  rotateKey: defineRequest<RotateKey, CreatedKey>('quota.keys.rotate'),
  revokeKey: defineRequest<{ readonly id: string }, Key>('quota.keys.revoke'),
  putGroupLimits: defineRequest<GroupLimits, GroupLimits>('quota.group-limits.put'),
  listGroupLimits: defineRequest<Record<string, never>, { readonly items: readonly GroupLimits[] }>(
    'quota.group-limits.list',
  ),
  grant: defineRequest<GrantRequest, GrantReply>('quota.grant'),
  listLedger: defineRequest<PageRequest & { readonly accountId: string }, Page<LedgerEntry>>('quota.ledger.list'),
  statement: defineRequest<StatementRequest, Statement>('quota.ledger.statement'),
  ledgerTotals: defineRequest<Record<string, never>, LedgerTotals>('quota.ledger.totals'),
  audit: defineRequest<AuditRequest, LedgerAudit>('quota.audit'),
  login: defineRequest<LoginRequest, Session>('quota.sessions.login'),
  findSession: defineRequest<{ readonly token: string }, { readonly user: SessionUser | null }>('quota.sessions.find'),
  logout: defineRequest<{ readonly token: string }, { readonly ended: boolean }>('quota.sessions.logout'),
} as const;

export const QuotaNotices = {
  principalChanged: defineNotice<PrincipalChange>('quota.principal-changed'),
  posted: defineNotice<SettlementPosted>('quota.posted'),
} as const;
