import { Injectable } from '@nestjs/common';
import { hashSessionToken, isSessionToken } from '../domain/session-token.js';
import { Sessions } from '../domain/users.js';

/** Ends all sessions of whoever has this one, but this one. */
@Injectable()
export class EndOtherSessions {
  constructor(private readonly sessions: Sessions) {}

  async execute({ token }: { readonly token: string }): Promise<{ readonly ended: number }> {
    return { ended: isSessionToken(token) ? await this.sessions.endOthers(hashSessionToken(token)) : 0 };
  }
}
