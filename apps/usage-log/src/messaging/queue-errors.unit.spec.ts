import { describe, expect, it } from '@jest/globals';
import { QueueErrors } from './queue-errors.js';

describe('errors of a queue', () => {
  it('are logged once in half a minute while they stay the same', () => {
    const logged: string[] = [];
    let nowMs = 0;
    const errors = new QueueErrors({ error: (error: unknown) => logged.push((error as Error).message) }, () => nowMs);
    const log = (atMs: number, message: string) => {
      nowMs = atMs;
      errors.log(new Error(message));
    };
    for (const atMs of [0, 1_000, 29_999]) log(atMs, 'refused');
    expect(logged).toEqual(['refused']);
    log(29_999, 'another');
    log(30_000, 'refused');
    log(30_001, 'refused');
    expect(logged).toEqual(['refused', 'another', 'refused']);
  });
});
