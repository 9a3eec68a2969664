import { Injectable } from '@nestjs/common';
import { InputChecks } from '../domain/input-checks.js';
import { noSuchUser } from '../domain/not-found.js';
import { Users, type Identity } from '../domain/users.js';

const IDENTITY_LENGTH_MAX = 1_000;

/** Lets a user who is signed in sign in through an identity provider from now on. */
@Injectable()
export class LinkIdentity {
  constructor(private readonly users: Users) {}

  /** @throws DomainError `invalid_request_error`; `not_found`; `conflict` when somebody else has the identity. */
  async execute(request: {
    readonly userId: string;
    readonly issuer: string;
    readonly subject: string;
  }): Promise<{ readonly linked: true }> {
    const checks = new InputChecks();
    const userId = checks.uuid('userId', request.userId);
    const identity = readIdentity(request, checks);
    checks.done();
    if (!(await this.users.get(userId))) throw noSuchUser(userId);
    await this.users.link(userId, identity);
    return { linked: true };
  }
}

/** What is wrong with the identity is added to `checks`. */
export function readIdentity(
  request: { readonly issuer: unknown; readonly subject: unknown },
  checks: InputChecks,
): Identity {
  return {
    issuer: checks.name('issuer', request.issuer, IDENTITY_LENGTH_MAX),
    subject: checks.name('subject', request.subject, IDENTITY_LENGTH_MAX),
  };
}
