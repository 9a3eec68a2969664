import { createHash, randomBytes } from 'node:crypto';

const INVITATION_START = 'invite-';
const INVITATION_FORM = /^invite-[A-Za-z0-9_-]{43}$/;

/** 256 random bits, with a start that says what it is for. */
export function generateInvitationToken(): string {
  return INVITATION_START + randomBytes(32).toString('base64url');
}

/** What is stored in place of the token. Nobody can guess 256 random bits, so a fast hash protects them. */
export function hashInvitationToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Whether a text could be a token at all. */
export function isInvitationToken(text: unknown): text is string {
  return typeof text === 'string' && INVITATION_FORM.test(text);
}
