import { DomainError } from '@code-router/contracts';
import type { InputChecks } from '../domain/input-checks.js';
import { PASSWORD_LENGTH_MIN } from '../domain/password.js';
import { usernameFrom } from '../domain/username.js';

export const EMAIL_LENGTH_MAX = 254;

/** Something before and after one @: whether mail arrives there is not ours to know. */
const EMAIL = /^[^\s@]+@[^\s@]+$/;

/** Reads what a new user chose; what is wrong with it is added to `checks`. */
export function readNewUser(
  request: { readonly username: unknown; readonly password: unknown; readonly email?: unknown },
  checks: InputChecks,
): { readonly username: string; readonly password: string; readonly email: string | null } {
  const username = typeof request.username === 'string' ? usernameFrom(request.username) : null;
  if (username === null) {
    checks.refuse(
      'username',
      'must be 3 to 64 letters, digits, dots, dashes or underscores, and begin with a letter or digit',
    );
  }
  return {
    username: username ?? '',
    password: checks.password('password', request.password, PASSWORD_LENGTH_MIN),
    email: checks.optional(request.email, (email) => readEmail(email, checks)) ?? null,
  };
}

export function usernameTaken(username: string): DomainError {
  return new DomainError('conflict', `The user name "${username}" is taken.`, { param: 'username' });
}

function readEmail(value: unknown, checks: InputChecks): string {
  const email = checks.text('email', value, EMAIL_LENGTH_MAX);
  if (typeof value === 'string' && !EMAIL.test(email)) checks.refuse('email', 'must be an e-mail address');
  return email;
}
