import { describe, expect, it } from '@jest/globals';
import { ACCOUNT_PERMISSIONS, ACCOUNT_ROLES, type AccountPermission } from '@code-router/contracts';
import { mayManage, permissionsOf } from './account-roles.js';

/** The table of docs/accounts.md. */
const TABLE: readonly (readonly [
  AccountPermission,
  owner: boolean,
  admin: boolean,
  member: boolean,
  billing: boolean,
])[] = [
  ['account.read', true, true, true, true],
  ['members.read', true, true, true, true],
  ['members.manage', true, true, false, false],
  ['keys.read', true, true, false, false],
  ['keys.manage', true, true, false, false],
  ['keys.read-own', true, true, true, false],
  ['keys.manage-own', true, true, true, false],
  ['usage.read', true, true, false, true],
  ['usage.read-own', true, true, true, false],
  ['ledger.read', true, true, false, true],
  ['top-up', true, true, false, true],
];

describe('the permissions of an account', () => {
  it.each(TABLE)('%s: owner %s, admin %s, member %s, billing %s', (permission, ...allowed) => {
    expect(ACCOUNT_ROLES.map((role) => permissionsOf(role).includes(permission))).toEqual(allowed);
  });

  it('are all in the table', () => {
    expect(TABLE.map(([permission]) => permission)).toEqual(ACCOUNT_PERMISSIONS);
  });
});

describe('managing members', () => {
  it.each([
    ['owner', [true, true, true, true]],
    ['admin', [false, true, true, true]],
    ['member', [false, false, false, false]],
    ['billing', [false, false, false, false]],
  ] as const)('as %s reaches owner, admin, member, billing: %j', (actor, reached) => {
    expect(ACCOUNT_ROLES.map((role) => mayManage(actor, role))).toEqual(reached);
  });
});
