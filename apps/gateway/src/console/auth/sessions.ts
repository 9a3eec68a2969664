import { Injectable } from '@nestjs/common';
import { QuotaMessages, type SessionUser } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';

/** How long an ended session may still be honoured by other gateways than the one that ended it. */
const CACHE_MS = 2_000;
const CACHED_MAX = 1_000;

interface Cached {
  readonly user: SessionUser;
  readonly until: number;
}

/** Knows whose session a token is. Quota decides; what it said is remembered for a moment. */
@Injectable()
export class Sessions {
  private readonly cached = new Map<string, Cached>();

  constructor(private readonly client: ServiceClient) {}

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
