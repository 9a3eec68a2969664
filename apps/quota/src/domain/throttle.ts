/** So many attempts within a window, whether they come one by one or all at once. */
export interface AttemptLimit {
  readonly attemptsMax: number;
  readonly windowMs: number;
}

/** Sign-ups from one address: enough for an office behind one, too few for a farm. */
export const SIGN_UP_LIMIT: AttemptLimit = { attemptsMax: 20, windowMs: 3_600_000 };

/**
 * Logins from one network that did not succeed: many times what an office gets wrong, and little for whoever tries one
 * password with every name. Each name has a limit of its own besides.
 */
export const LOGIN_NETWORK_LIMIT: AttemptLimit = { attemptsMax: 100, windowMs: 15 * 60_000 };

/** Codes that one user gets wrong. */
export const REDEMPTION_LIMIT: AttemptLimit = { attemptsMax: 10, windowMs: 15 * 60_000 };

/** The longest of the windows: attempts that are older may be forgotten. */
export const ATTEMPT_WINDOW_MS_MAX = 3_600_000;

/** Counts what must not be tried without end. */
export abstract class Throttle {
  /**
   * Counts an attempt before it is tried.
   *
   * @throws DomainError `rate_limit_exceeded` with `retryAfterMs` in its details; then the attempt is not counted.
   */
  abstract begin(bucket: string, limit: AttemptLimit): Promise<void>;

  /** Takes back the newest attempt: it was no guess. */
  abstract forgive(bucket: string): Promise<void>;
}
