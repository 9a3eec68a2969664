import type { AccountRole, Invitation, Member, MemberKey, Membership } from '@code-router/contracts';
import type { PageStart, Positioned } from './page.js';

/** How long an invitation lasts when nobody says: a week. At most a month. */
export const INVITATION_HOURS_DEFAULT = 168;
export const INVITATION_HOURS_MAX = 720;

export interface MemberChanges {
  readonly role?: AccountRole | undefined;
  readonly budgetNanos?: bigint | null | undefined;
}

/** Members of an account as they are while its membership is locked. */
export interface MemberRoles {
  /** Null when whoever asks is no member. */
  readonly actor: AccountRole | null;
  readonly target: AccountRole | null;
  readonly ownerCount: number;
}

export interface NewInvitation {
  readonly accountId: string;
  readonly role: AccountRole;
  readonly tokenHash: string;
  readonly invitedBy: string;
  readonly expiresInHours: number;
}

/** Who may do what in which account. */
export abstract class Members {
  abstract roleOf(userId: string, accountId: string): Promise<AccountRole | null>;

  /** Every account that somebody is a member of, the oldest membership first. */
  abstract memberships(userId: string): Promise<readonly Membership[]>;

  /** Newest first; one item more than the page's limit when there are that many. */
  abstract list(accountId: string, start: PageStart): Promise<readonly Positioned<Member>[]>;

  /** What is left of the budget of the member who made a key, in nanos; null when there is none. */
  abstract budgetLeftOf(keyId: string): Promise<bigint | null>;

  /**
   * Changes a member after `check` has seen the roles, with the membership of the account locked: two owners cannot both
   * leave at the same moment.
   *
   * @param check throws when it must not be.
   * @returns null when `check` let pass that there is no such member.
   */
  abstract change(
    actorId: string,
    accountId: string,
    userId: string,
    changes: MemberChanges,
    check: (roles: MemberRoles) => void,
  ): Promise<Member | null>;

  /** Removes a member and disables the keys that they made, after `check` as in {@link change}. */
  abstract remove(
    actorId: string,
    accountId: string,
    userId: string,
    check: (roles: MemberRoles) => void,
  ): Promise<{ readonly disabledKeyIds: readonly string[] }>;
}

/** Where invitations are kept: hashes of their tokens, never the tokens. */
export abstract class Invitations {
  /** @returns null when there is no such account. */
  abstract create(invitation: NewInvitation): Promise<Invitation | null>;

  /** Those that can still be accepted, newest first; one item more than the page's limit when there are that many. */
  abstract list(accountId: string, start: PageStart): Promise<readonly Positioned<Invitation>[]>;

  /** @returns false when there is none of that id that could be revoked. */
  abstract revoke(accountId: string, id: string): Promise<boolean>;

  /** Whether somebody could accept it now. */
  abstract isOpen(tokenHash: string): Promise<boolean>;

  /**
   * Makes the user a member; once only.
   *
   * @returns the account; null when there is no such invitation, or it was accepted, revoked, or is over.
   * @throws DomainError `conflict` when the user is a member already; then the invitation stays open.
   */
  abstract accept(tokenHash: string, userId: string): Promise<string | null>;
}

/** Which member made which key. */
export abstract class MemberKeys {
  /**
   * Notes who made a key.
   *
   * @returns false when they are no member of its account any more.
   */
  abstract attribute(keyId: string, userId: string): Promise<boolean>;

  abstract find(keyId: string): Promise<MemberKey | null>;

  /** Of the account, or of one member of it; newest first. */
  abstract list(
    accountId: string,
    createdByUserId: string | null,
    start: PageStart,
  ): Promise<readonly Positioned<MemberKey>[]>;
}
