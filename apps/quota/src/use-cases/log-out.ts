import { Injectable } from '@nestjs/common';
import { hashSessionToken, isSessionToken } from '../domain/session-token.js';
import { Sessions } from '../domain/users.js';

/** Ends a session; `ended` is false when there was none. */
@Injectable()
export class LogOut {
  constructor(private readonly sessions: Sessions) {}

  async execute({ token }: { readonly token: string }): Promise<{ readonly ended: boolean }> {
    return { ended: isSessionToken(token) && (await this.sessions.end(hashSessionToken(token))) };
  }
}
