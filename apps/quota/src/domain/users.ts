import type { ActiveStatus, ClientTrace, SessionSummary, SessionUser, User, UserRole } from '@code-router/contracts';
import type { PageStart, Positioned } from './page.js';

/** `passwordHash` is null for users who sign in through an identity provider alone. */
export interface UserWithPassword extends SessionUser {
  readonly passwordHash: string | null;
  readonly status: ActiveStatus;
}

/** Whom an identity provider knows: the pair is unique, and the only thing that a user is found by. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export interface NewUser {
  readonly username: string;
  readonly passwordHash: string | null;
  readonly role: UserRole;
  readonly email: string | null;
}

/** What comes with a user who signs up. */
export interface NewUserExtras {
  /** Granted to the personal account; zero for nothing. */
  readonly welcomeNanos: bigint;
  /** How the user is known to an identity provider. */
  readonly identity?: Identity | undefined;
  /** The hash of the token of an invitation, which is accepted at once. */
  readonly invitationHash?: string | undefined;
}

export interface UserChanges {
  readonly status?: ActiveStatus | undefined;
  readonly role?: UserRole | undefined;
}

/** Where users, their identities, and the failed attempts to log in as them, are kept. */
export abstract class Users {
  /** Whether there is anybody who administers the installation. */
  abstract hasAdministrator(): Promise<boolean>;

  /**
   * Creates a user without an account.
   *
   * @returns false when the name is taken.
   */
  abstract create(user: NewUser): Promise<boolean>;

  /**
   * Creates a user with a personal account, and all that comes with it, or nothing of it.
   *
   * @returns null when the name is taken.
   * @throws DomainError `not_found` when the invitation cannot be accepted any more; `conflict` when somebody else has
   * the identity.
   */
  abstract signUp(user: NewUser, extras: NewUserExtras): Promise<User | null>;

  abstract find(username: string): Promise<UserWithPassword | null>;

  abstract get(id: string): Promise<User | null>;

  abstract findByIdentity(identity: Identity): Promise<User | null>;

  /** @throws DomainError `conflict` when somebody else has the identity. */
  abstract link(userId: string, identity: Identity): Promise<void>;

  /** Newest first; one item more than the page's limit when there are that many. @param search null for all. */
  abstract list(start: PageStart, search: string | null): Promise<readonly Positioned<User>[]>;

  /**
   * Changes a user after `check` has seen both as they are, locked; a disabled user's sessions end.
   *
   * @param check throws when it must not be.
   * @returns null when one of the two does not exist.
   */
  abstract change(
    actorId: string,
    id: string,
    changes: UserChanges,
    check: (actor: User, target: User) => void,
  ): Promise<User | null>;

  /** Sets a password and ends every session of the user but one. */
  abstract setPassword(userId: string, passwordHash: string, keptTokenHash: string): Promise<void>;

  /**
   * Counts an attempt before it is tried, so that attempts at the same time cannot slip past the limit together.
   *
   * @returns 0 when it may be tried; else after how many milliseconds to come again, and the attempt is not counted.
   */
  abstract beginLogin(username: string): Promise<number>;

  /** Forgets the attempts: the right password was given. */
  abstract forgetLogins(username: string): Promise<void>;
}

/** Where sessions are kept: hashes of their tokens, never the tokens. */
export abstract class Sessions {
  /** @returns when the session ends; null when the user is disabled meanwhile. */
  abstract begin(userId: string, tokenHash: string, trace: ClientTrace): Promise<Date | null>;

  /** @returns null when there is no such session, it is over, or its user is disabled. */
  abstract findUser(tokenHash: string): Promise<SessionUser | null>;

  /** The sessions of whoever has this one, newest first. */
  abstract listOfOwner(tokenHash: string): Promise<readonly SessionSummary[]>;

  /** @returns false when there was no such session. */
  abstract end(tokenHash: string): Promise<boolean>;

  /** Ends a session of whoever has this one; false when they have none of that id. */
  abstract endOfOwner(tokenHash: string, id: string): Promise<boolean>;

  /** Ends all other sessions of whoever has this one; returns how many. */
  abstract endOthers(tokenHash: string): Promise<number>;

  /** Deletes sessions that are over and attempts that no longer count. */
  abstract deleteOld(): Promise<void>;
}
