import { Injectable } from '@nestjs/common';
import type { SessionUser } from '@code-router/contracts';
import { hashSessionToken, isSessionToken } from '../domain/session-token.js';
import { Sessions } from '../domain/users.js';

/** Finds whose session a token is; null when it is nobody's, or over. */
@Injectable()
export class FindSession {
  constructor(private readonly sessions: Sessions) {}

  async execute({ token }: { readonly token: string }): Promise<{ readonly user: SessionUser | null }> {
    return { user: isSessionToken(token) ? await this.sessions.findUser(hashSessionToken(token)) : null };
  }
}
