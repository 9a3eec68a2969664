import { describe, expect, it } from '@jest/globals';
import { refusalToChange, refusalToCreate, type RankedUser } from './user-roles.js';

const users = {
  root: { id: 'a', role: 'root' },
  otherRoot: { id: 'b', role: 'root' },
  admin: { id: 'c', role: 'admin' },
  otherAdmin: { id: 'd', role: 'admin' },
  user: { id: 'e', role: 'user' },
  otherUser: { id: 'f', role: 'user' },
} as const satisfies Record<string, RankedUser>;

describe('changing a user', () => {
  it.each([
    ['root', 'otherRoot', { role: 'user' }, true],
    ['root', 'admin', { role: 'user' }, true],
    ['root', 'admin', { status: 'disabled' }, true],
    ['root', 'user', { role: 'admin' }, true],
    ['root', 'user', { role: 'root' }, true],
    ['root', 'root', { role: 'user' }, false],
    ['root', 'root', { status: 'disabled' }, false],
    ['admin', 'root', { status: 'disabled' }, false],
    ['admin', 'otherAdmin', { status: 'disabled' }, false],
    ['admin', 'otherAdmin', { role: 'user' }, false],
    ['admin', 'admin', { role: 'root' }, false],
    ['admin', 'user', { status: 'disabled' }, true],
    ['admin', 'user', { status: 'active' }, true],
    ['admin', 'user', { role: 'admin' }, false],
    ['admin', 'user', { role: 'root' }, false],
    ['user', 'otherUser', { status: 'disabled' }, false],
    ['user', 'user', { role: 'root' }, false],
  ] as const)('as %s, %s, to %j: %s', (actor, target, change, allowed) => {
    expect(refusalToChange(users[actor], users[target], change) === undefined).toBe(allowed);
  });
});

describe('entering a user', () => {
  it.each([
    ['root', 'root', true],
    ['root', 'admin', true],
    ['root', 'user', true],
    ['admin', 'admin', false],
    ['admin', 'root', false],
    ['admin', 'user', true],
    ['user', 'user', false],
  ] as const)('as %s, with the role %s: %s', (actor, role, allowed) => {
    expect(refusalToCreate(users[actor], role) === undefined).toBe(allowed);
  });
});
