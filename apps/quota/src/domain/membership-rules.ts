import { DomainError, type AccountRole } from '@code-router/contracts';
import { mayManage } from './account-roles.js';
import type { MemberRoles } from './members.js';

/**
 * Lets pass who may change a member or give them a role.
 *
 * @param role the new role; undefined when only something else changes.
 * @throws DomainError `not_found` for whoever is no member of the account, and when there is no such member; `forbidden`;
 * `conflict` when the account would be left without an owner.
 */
export function expectMayChange(roles: MemberRoles, role: AccountRole | undefined): void {
  const { actor, target } = membersOf(roles);
  if (!mayManage(actor, target) || (role !== undefined && !mayManage(actor, role))) throw notAllowed();
  if (target === 'owner' && role !== undefined && role !== 'owner') expectAnotherOwner(roles);
}

/** Lets pass who may remove a member, which everybody may do with themselves. Throws as {@link expectMayChange}. */
export function expectMayRemove(roles: MemberRoles, isThemselves: boolean): void {
  const { actor, target } = membersOf(roles);
  if (!isThemselves && !mayManage(actor, target)) throw notAllowed();
  if (target === 'owner') expectAnotherOwner(roles);
}

function membersOf({ actor, target }: MemberRoles): { readonly actor: AccountRole; readonly target: AccountRole } {
  if (actor === null || target === null) throw new DomainError('not_found', 'There is no such member.');
  return { actor, target };
}

function expectAnotherOwner({ ownerCount }: MemberRoles): void {
  if (ownerCount > 1) return;
  throw new DomainError('conflict', 'An account needs an owner: make somebody else an owner first.');
}

function notAllowed(): DomainError {
  return new DomainError('forbidden', 'Your role in this account does not allow this.');
}
