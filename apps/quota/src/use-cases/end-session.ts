import { Injectable } from '@nestjs/common';
import { InputChecks } from '../domain/input-checks.js';
import { hashSessionToken, isSessionToken } from '../domain/session-token.js';
import { Sessions } from '../domain/users.js';

/** Ends one of the sessions of whoever has the session `token`; false when they have none of that id. */
@Injectable()
export class EndSession {
  constructor(private readonly sessions: Sessions) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: { readonly token: string; readonly id: string }): Promise<{ readonly ended: boolean }> {
    const checks = new InputChecks();
    const id = checks.uuid('id', request.id);
    checks.done();
    const { token } = request;
    return { ended: isSessionToken(token) && (await this.sessions.endOfOwner(hashSessionToken(token), id)) };
  }
}
