import { beforeEach, describe, expect, it } from '@jest/globals';
import { RefusedAttempts } from './refused-attempts.js';

const MINUTE_MS = 60_000;

let nowMs: number;
let written: string[];
let attempts: RefusedAttempts;

beforeEach(() => {
  nowMs = 0;
  written = [];
  attempts = new RefusedAttempts(() => nowMs);
});

const attempt = (user: string, action = 'PATCH /api/accounts/:id') =>
  attempts.note(user, action, async () => {
    await Promise.resolve();
    written.push(user);
  });

describe('refused attempts', () => {
  it('are written once in ten minutes for each user and route, however many come at once', async () => {
    await Promise.all(Array.from({ length: 50 }, () => attempt('mallory')));
    nowMs += 10 * MINUTE_MS - 1;
    await attempt('mallory');
    expect(written).toEqual(['mallory']);
    await attempt('mallory', 'POST /api/users');
    await attempt('trudy');
    nowMs += 1;
    await attempt('mallory');
    expect(written).toEqual(['mallory', 'mallory', 'trudy', 'mallory']);
  });

  it('that could not be written are written the next time', async () => {
    const failing = attempts.note('mallory', 'POST /api/users', () => Promise.reject(new Error('no database')));
    await expect(failing).rejects.toThrow('no database');
    await attempt('mallory', 'POST /api/users');
    expect(written).toEqual(['mallory']);
  });

  it('of more users than are remembered are written again, and take no more memory', async () => {
    for (let user = 0; user <= 10_000; user += 1) await attempt(String(user));
    written = [];
    await attempt('10000');
    await attempt('0');
    expect(written).toEqual(['0']);
  });
});
