import type { NanosText } from '@code-router/money';
import { defineRequest } from './message.js';
import type { Page, PageRequest, SearchRequest } from './page.js';
import type { Account, ActiveStatus, CreatedKey, CreateKey, Key } from './accounts.js';
import type { Session, SessionUser } from './quota.js';

/** What a user may do on the whole installation: a root may do everything, and alone makes administrators. */
export type UserRole = SessionUser['role'];

/** What a user may do in one account. */
export const ACCOUNT_ROLES = ['owner', 'admin', 'member', 'billing'] as const;
export type AccountRole = (typeof ACCOUNT_ROLES)[number];

/** One thing that a member's role may allow. What ends in `-own` is about the keys that the member made. */
export const ACCOUNT_PERMISSIONS = [
  'account.read',
  'members.read',
  'members.manage',
  'keys.read',
  'keys.manage',
  'keys.read-own',
  'keys.manage-own',
  'usage.read',
  'usage.read-own',
  'ledger.read',
  'top-up',
] as const;
export type AccountPermission = (typeof ACCOUNT_PERMISSIONS)[number];

export interface User {
  readonly id: string;
  readonly username: string;
  readonly role: UserRole;
  readonly status: ActiveStatus;
  readonly email: string | null;
  /** False for users who sign in through an identity provider alone. */
  readonly hasPassword: boolean;
  readonly createdAt: string;
}

/** Where a session began, as its owner sees it in the list of sessions. */
export interface ClientTrace {
  readonly ip?: string;
  readonly userAgent?: string;
}

export interface SignUpRequest extends ClientTrace {
  readonly username: string;
  readonly password: string;
  readonly email?: string;
  /** The token of an invitation: lets somebody sign up where it is closed, and join the account that invites. */
  readonly invitation?: string;
}

/** Who may sign up. `closed`: only by invitation, or whom an administrator enters. */
export interface SignUpState {
  readonly signUp: 'open' | 'closed';
}

/** What an identity provider has said about somebody, verified by whoever asks. */
export interface IdentityLogin extends ClientTrace {
  readonly issuer: string;
  readonly subject: string;
  /** What the new user is to be called, if that name is free. */
  readonly usernameHint?: string;
  /** Only one that the provider has verified; kept, never used to find a user. */
  readonly email?: string;
  /** Whether an identity that nobody has becomes a new user. */
  readonly mayCreate: boolean;
}

export interface CreateUser {
  readonly actorId: string;
  readonly username: string;
  readonly password: string;
  readonly email?: string;
  readonly role?: UserRole;
}

/** What is absent stays as it is. */
export interface UpdateUser {
  readonly actorId: string;
  readonly id: string;
  readonly status?: ActiveStatus;
  readonly role?: UserRole;
}

export interface SessionSummary extends ClientTrace {
  readonly id: string;
  /** Whether it is the session that asks. */
  readonly current: boolean;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** What a user may do in an account. */
export interface AccountAccess {
  readonly accountId: string;
  readonly role: AccountRole;
  readonly permissions: readonly AccountPermission[];
}

export interface Membership extends AccountAccess {
  readonly account: Account;
}

export interface Member {
  readonly accountId: string;
  readonly userId: string;
  readonly username: string;
  readonly role: AccountRole;
  /** What the keys that this member made may spend in a calendar month of UTC, together; null for no limit. */
  readonly budgetNanos: NanosText | null;
  /**
   * What they spent of it and hold, by requests that were admitted in this month since the budget was set, and when it
   * begins anew, ISO 8601; null where there is no budget.
   */
  readonly spentNanos: NanosText | null;
  readonly heldNanos: NanosText | null;
  readonly resetsAt: string | null;
  readonly joinedAt: string;
}

/** What is absent stays as it is. */
export interface UpdateMember {
  readonly actorId: string;
  readonly accountId: string;
  readonly userId: string;
  readonly role?: AccountRole;
  readonly budgetNanos?: NanosText | null;
}

export interface Invitation {
  readonly id: string;
  readonly accountId: string;
  readonly role: AccountRole;
  readonly invitedBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** The only time that the token is seen. */
export interface CreatedInvitation extends Invitation {
  readonly token: string;
}

/** A key with the member who made it; null when it was made by an administrator of the installation. */
export interface MemberKey extends Key {
  readonly createdBy: { readonly userId: string; readonly username: string } | null;
}

export const IdentityMessages = {
  signUpState: defineRequest<Record<string, never>, SignUpState>('quota.sign-up.state'),
  signUp: defineRequest<SignUpRequest, Session>('quota.sign-up'),
  logInWithIdentity: defineRequest<IdentityLogin, Session>('quota.identities.log-in'),
  linkIdentity: defineRequest<
    { readonly userId: string; readonly issuer: string; readonly subject: string },
    { readonly linked: true }
  >('quota.identities.link'),

  getUser: defineRequest<{ readonly id: string }, User>('quota.users.get'),
  listUsers: defineRequest<SearchRequest, Page<User>>('quota.users.list'),
  createUser: defineRequest<CreateUser, User>('quota.users.create'),
  updateUser: defineRequest<UpdateUser, User>('quota.users.update'),
  changePassword: defineRequest<
    { readonly token: string; readonly oldPassword: string; readonly newPassword: string },
    { readonly changed: true }
  >('quota.users.change-password'),

  listSessions: defineRequest<{ readonly token: string }, { readonly sessions: readonly SessionSummary[] }>(
    'quota.sessions.list',
  ),
  endSession: defineRequest<{ readonly token: string; readonly id: string }, { readonly ended: boolean }>(
    'quota.sessions.end',
  ),
  endOtherSessions: defineRequest<{ readonly token: string }, { readonly ended: number }>('quota.sessions.end-others'),

  findAccess: defineRequest<
    { readonly userId: string; readonly accountId: string },
    { readonly access: AccountAccess | null }
  >('quota.access.find'),
  listMemberships: defineRequest<{ readonly userId: string }, { readonly memberships: readonly Membership[] }>(
    'quota.memberships.list',
  ),
  listMembers: defineRequest<PageRequest & { readonly accountId: string }, Page<Member>>('quota.members.list'),
  updateMember: defineRequest<UpdateMember, Member>('quota.members.update'),
  removeMember: defineRequest<
    { readonly actorId: string; readonly accountId: string; readonly userId: string },
    { readonly removed: true }
  >('quota.members.remove'),
  invite: defineRequest<
    {
      readonly actorId: string;
      readonly accountId: string;
      readonly role: AccountRole;
      /** From now; seven days when absent. */
      readonly expiresInHours?: number;
    },
    CreatedInvitation
  >('quota.invitations.create'),
  listInvitations: defineRequest<PageRequest & { readonly accountId: string }, Page<Invitation>>(
    'quota.invitations.list',
  ),
  revokeInvitation: defineRequest<{ readonly accountId: string; readonly id: string }, { readonly revoked: true }>(
    'quota.invitations.revoke',
  ),
  acceptInvitation: defineRequest<{ readonly userId: string; readonly token: string }, Membership>(
    'quota.invitations.accept',
  ),

  createMemberKey: defineRequest<CreateKey & { readonly createdByUserId: string }, CreatedKey>(
    'quota.member-keys.create',
  ),
  listMemberKeys: defineRequest<
    PageRequest & { readonly accountId: string; readonly createdByUserId?: string },
    Page<MemberKey>
  >('quota.member-keys.list'),
  findMemberKey: defineRequest<{ readonly id: string }, { readonly key: MemberKey | null }>('quota.member-keys.find'),
} as const;
