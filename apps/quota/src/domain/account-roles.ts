import type { AccountPermission, AccountRole } from '@code-router/contracts';

/**
 * What each role may do in its account. A member works with keys of their own; billing sees and moves money and no keys;
 * an admin does everything but what concerns owners, see {@link mayManage}.
 */
const PERMISSIONS: Readonly<Record<AccountRole, readonly AccountPermission[]>> = {
  owner: [
    'account.read',
    'members.read',
    'members.manage',
    'keys.read',
    'keys.manage',
    'keys.read-own',
    'keys.manage-own',
    'usage.read',
    'usage.read-own',
    'ledger.read',
    'top-up',
  ],
  admin: [
    'account.read',
    'members.read',
    'members.manage',
    'keys.read',
    'keys.manage',
    'keys.read-own',
    'keys.manage-own',
    'usage.read',
    'usage.read-own',
    'ledger.read',
    'top-up',
  ],
  member: ['account.read', 'members.read', 'keys.read-own', 'keys.manage-own', 'usage.read-own'],
  billing: ['account.read', 'members.read', 'usage.read', 'ledger.read', 'top-up'],
};

export function permissionsOf(role: AccountRole): readonly AccountPermission[] {
  return PERMISSIONS[role];
}

/** Whether somebody may give a role, or change or remove somebody who has it. Only owners deal with owners. */
export function mayManage(actor: AccountRole, role: AccountRole): boolean {
  return PERMISSIONS[actor].includes('members.manage') && (actor === 'owner' || role !== 'owner');
}
