import type { ActiveStatus, SessionUser } from '@code-router/contracts';

type Role = SessionUser['role'];

export interface RankedUser {
  readonly id: string;
  readonly role: Role;
}

export interface UserChange {
  readonly status?: ActiveStatus | undefined;
  readonly role?: Role | undefined;
}

/**
 * Why an administrator may not do this to a user; undefined when they may. Only a root touches roles and administrators,
 * and nobody changes themselves: so there is always a root, and nobody locks themselves out.
 */
export function refusalToChange(actor: RankedUser, target: RankedUser, change: UserChange): string | undefined {
  if (actor.role === 'user') return 'Only administrators may change users.';
  if (actor.id === target.id) return 'Nobody may change their own role or status: ask another administrator.';
  if (actor.role === 'root') return undefined;
  if (target.role !== 'user') return 'Only the root may change administrators.';
  return change.role === undefined || change.role === 'user' ? undefined : 'Only the root may make administrators.';
}

/** Why an administrator may not enter a user with that role; undefined when they may. */
export function refusalToCreate(actor: RankedUser, role: Role): string | undefined {
  if (actor.role === 'user') return 'Only administrators may enter users.';
  return role === 'user' || actor.role === 'root' ? undefined : 'Only the root may make administrators.';
}
