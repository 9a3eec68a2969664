import { Injectable } from '@nestjs/common';
import { DomainError, QuotaMessages, type SessionUser } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import type { ConsoleRequest } from './console-request.js';
import { expectOwnPage, isUnsafe } from './own-page.js';
import { tokenInCookie } from './session-cookie.js';

/** How long an ended session may still be honoured by other processes than the one that ended it. */
const CACHE_MS = 2_000;
const CACHED_MAX = 1_000;

/** Who sends a request, and with which session. */
export interface SignedIn {
  readonly token: string;
  readonly user: SessionUser;
}

interface Cached {
  readonly user: SessionUser;
  readonly until: number;
}

/** Knows whose session a request is sent with. Quota decides; what it said is remembered for a moment. */
@Injectable()
export class ConsoleSessions {
  private readonly cached = new Map<string, Cached>();

  constructor(private readonly client: ServiceClient) {}

  /**
   * Who sends the request: by its bearer token, or else by its session cookie, which browsers send along whoever makes
   * them; so with the cookie, what changes something must come from a page of this site.
   *
   * @throws DomainError `unauthorized` without a session, `forbidden` for a request that another site may have made.
   */
  async signIn(request: ConsoleRequest): Promise<SignedIn> {
    const bearer = bearerToken(request.headers.authorization);
    const token = bearer ?? tokenInCookie(request);
    if (token === undefined || !TOKEN.test(token)) {
      throw new DomainError(
        'unauthorized',
        'This needs a session: sign in, or send the token of POST /api/auth/login as "Authorization: Bearer <token>".',
      );
    }
    if (bearer === undefined && isUnsafe(request)) expectOwnPage(request);
    const user = await this.find(token);
    if (!user) throw new DomainError('unauthorized', 'The session is unknown or has ended. Sign in again.');
    return { token, user };
  }

  /** @returns null when there is no such session, or it has ended. */
  async find(token: string): Promise<SessionUser | null> {
    const known = this.cached.get(token);
    if (known && known.until > performance.now()) return known.user;
    this.cached.delete(token);
    const { user } = await this.client.request(QuotaMessages.findSession, { token });
    if (user) this.remember(token, user);
    return user;
  }

  async end(token: string): Promise<{ readonly ended: boolean }> {
    this.cached.delete(token);
    return this.client.request(QuotaMessages.logout, { token });
  }

  /** Lets no session of the user be honoured here without asking: some of them have ended. */
  forgetUser(userId: string): void {
    for (const [token, { user }] of this.cached) if (user.id === userId) this.cached.delete(token);
  }

  private remember(token: string, user: SessionUser): void {
    // Maps keep the order of insertion, and every entry lives equally long: the first is the oldest.
    const oldest = this.cached.keys().next();
    if (this.cached.size >= CACHED_MAX && !oldest.done) this.cached.delete(oldest.value);
    this.cached.set(token, { user, until: performance.now() + CACHE_MS });
  }
}

/** Tokens are short; what is longer is not one, and need not travel to quota. */
const TOKEN = /^[\x21-\x7e]{1,512}$/;
const BEARER = /^Bearer(?: +(.*))?$/i;

/** Undefined without a bearer token, as with the `Basic` that a proxy in front of the site may have asked for. */
function bearerToken(authorization: string | undefined): string | undefined {
  const bearer = BEARER.exec(authorization ?? '');
  return bearer ? (bearer[1] ?? '') : undefined;
}
