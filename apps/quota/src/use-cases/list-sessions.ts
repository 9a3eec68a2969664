import { Injectable } from '@nestjs/common';
import type { SessionSummary } from '@code-router/contracts';
import { hashSessionToken, isSessionToken } from '../domain/session-token.js';
import { Sessions } from '../domain/users.js';

/** Lists the sessions of whoever has this one, newest first; none when it has ended. */
@Injectable()
export class ListSessions {
  constructor(private readonly sessions: Sessions) {}

  async execute({ token }: { readonly token: string }): Promise<{ readonly sessions: readonly SessionSummary[] }> {
    return { sessions: isSessionToken(token) ? await this.sessions.listOfOwner(hashSessionToken(token)) : [] };
  }
}
