import { describe, expect, it } from '@jest/globals';
import { Turns } from './turns.js';

describe('turns', () => {
  it('run so many at once, let so many wait in the order they came in, and refuse the rest before it begins', async () => {
    const turns = new Turns({ runningMax: 2, waitingMax: 3 });
    const begun: number[] = [];
    const ends = new Map<number, (failed?: Error) => void>();
    const outcomes = Array.from({ length: 7 }, (_, index) =>
      turns
        .take(
          () => {
            begun.push(index);
            return new Promise<number>((resolve, reject) => {
              ends.set(index, (failed) => (failed ? reject(failed) : resolve(index)));
            });
          },
          () => new Error('too many'),
        )
        .catch((error: Error) => error.message),
    );
    expect(await Promise.all(outcomes.slice(5))).toEqual(['too many', 'too many']);
    expect(begun).toEqual([0, 1]);
    ends.get(1)?.(new Error('failed'));
    expect(await outcomes[1]).toBe('failed');
    expect(begun).toEqual([0, 1, 2]);
    for (const index of [0, 2, 3, 4]) {
      ends.get(index)?.();
      expect(await outcomes[index]).toBe(index);
    }
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    const late = turns.take(
      () => Promise.resolve('late'),
      () => new Error('too many'),
    );
    expect(await late).toBe('late');
  });
});
