import { describe, expect, it } from '@jest/globals';
import { Random } from './random.js';

describe('Random', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    const numbers = (seed: string) =>
      Array.from(
        { length: 50 },
        (
          (random) => () =>
            random.whole(0, 1e9)
        )(new Random(seed)),
      );
    expect(numbers('7')).toEqual(numbers('7'));
    expect(numbers('7')).not.toEqual(numbers('8'));
  });

  it('branches into sequences that do not depend on how far it is', () => {
    const random = new Random('7');
    const before = random.of('clients').next();
    random.next();
    expect(random.of('clients').next()).toBe(before);
    expect(random.of('faults').next()).not.toBe(before);
  });

  it('stays within bounds, and reaches both', () => {
    const random = new Random('bounds');
    const numbers = new Set(Array.from({ length: 500 }, () => random.whole(3, 6)));
    expect([...numbers].toSorted()).toEqual([3, 4, 5, 6]);
  });

  it('shuffles without losing or doubling anything', () => {
    const items = Array.from({ length: 40 }, (_, index) => index);
    const shuffled = new Random('cards').shuffled(items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.toSorted((one, other) => one - other)).toEqual(items);
  });

  it('picks by weight', () => {
    const random = new Random('weights');
    const picked = Array.from({ length: 1_000 }, () =>
      random.pickWeighted([
        ['often', 9],
        ['seldom', 1],
      ]),
    );
    const often = picked.filter((item) => item === 'often').length;
    expect(often).toBeGreaterThan(800);
    expect(often).toBeLessThan(1_000);
  });
});
