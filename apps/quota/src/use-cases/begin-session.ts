import { Injectable } from '@nestjs/common';
import { DomainError, type ClientTrace, type Session, type SessionUser } from '@code-router/contracts';
import { generateSessionToken, hashSessionToken } from '../domain/session-token.js';
import { Sessions } from '../domain/users.js';

/** Longer texts are cut: they only help people to tell their sessions apart. */
const TRACE_LENGTH_MAX = 300;

/** Begins a session for whoever has proved who they are. */
@Injectable()
export class BeginSession {
  constructor(private readonly sessions: Sessions) {}

  /** @throws DomainError `forbidden` when the user is disabled. */
  async execute({ id, username, role }: SessionUser, trace: ClientTrace): Promise<Session> {
    const token = generateSessionToken();
    const expiresAt = await this.sessions.begin(id, hashSessionToken(token), readable(trace));
    if (!expiresAt) throw new DomainError('forbidden', 'This user is disabled. Ask an administrator.');
    return { token, expiresAt: expiresAt.toISOString(), user: { id, username, role } };
  }
}

function readable({ ip, userAgent }: ClientTrace): ClientTrace {
  return {
    ...(typeof ip === 'string' ? { ip: printable(ip) } : {}),
    ...(typeof userAgent === 'string' ? { userAgent: printable(userAgent) } : {}),
  };
}

/** Headers hold what clients please; NUL cannot be stored. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ').slice(0, TRACE_LENGTH_MAX);
}
