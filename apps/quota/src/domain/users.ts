import type { SessionUser } from '@code-router/contracts';

export interface UserWithPassword extends SessionUser {
  readonly passwordHash: string;
}

export interface NewUser {
  readonly username: string;
  readonly passwordHash: string;
  readonly role: SessionUser['role'];
}

/** Where users, and the failed attempts to log in as them, are kept. */
export abstract class Users {
  abstract hasAdministrator(): Promise<boolean>;

  /** @returns false when the name is taken. */
  abstract create(user: NewUser): Promise<boolean>;

  abstract find(username: string): Promise<UserWithPassword | null>;

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
  /** @returns when the session ends. */
  abstract begin(userId: string, tokenHash: string): Promise<Date>;

  /** @returns null when there is no such session, or it is over. */
  abstract findUser(tokenHash: string): Promise<SessionUser | null>;

  /** @returns false when there was no such session. */
  abstract end(tokenHash: string): Promise<boolean>;

  /** Deletes sessions that are over and attempts to log in that no longer count. */
  abstract deleteOld(): Promise<void>;
}
