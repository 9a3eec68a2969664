import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apiKeyPrefix, generateApiKey, hashApiKey, isWellFormedApiKey } from './api-key.js';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const base62 = fc.constantFrom(...BASE62);
const position = fc.nat({ max: generateApiKey().length - 1 });

describe('an API key', () => {
  it('is well formed when it was generated, and never generated twice', () => {
    const keys = Array.from({ length: 2_000 }, generateApiKey);
    expect(keys.every(isWellFormedApiKey)).toBe(true);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(keys.map((key) => key.length))).toEqual(new Set([44]));
  });

  it('uses every character of its alphabet about equally often', () => {
    const counts = new Map<string, number>();
    for (let made = 0; made < 5_000; made += 1) {
      for (const character of generateApiKey().slice(6, 38)) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    const expected = (5_000 * 32) / 62;
    expect(counts.size).toBe(62);
    for (const count of counts.values()) expect(Math.abs(count - expected) / expected).toBeLessThan(0.15);
  });

  it('is refused when any one character of it is mistyped', () => {
    fc.assert(
      fc.property(fc.constant(null).map(generateApiKey), position, base62, (key, at, typed) => {
        fc.pre(key.charAt(at) !== typed);
        expect(isWellFormedApiKey(key.slice(0, at) + typed + key.slice(at + 1))).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is refused when two neighbouring characters change places', () => {
    fc.assert(
      fc.property(fc.constant(null).map(generateApiKey), position, (key, at) => {
        fc.pre(at > 0 && key.charAt(at - 1) !== key.charAt(at));
        const swapped = key.slice(0, at - 1) + key.charAt(at) + key.charAt(at - 1) + key.slice(at + 1);
        expect(isWellFormedApiKey(swapped)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused when it is cut short or added to', () => {
    const key = generateApiKey();
    for (let length = 0; length < key.length; length += 1) expect(isWellFormedApiKey(key.slice(0, length))).toBe(false);
    for (const added of ['0', ' ', '\n']) {
      expect(isWellFormedApiKey(key + added)).toBe(false);
      expect(isWellFormedApiKey(added + key)).toBe(false);
    }
  });

  it('does not pass as any text, nor does any of a million random texts of the right form', () => {
    fc.assert(fc.property(fc.string(), (text) => !isWellFormedApiKey(text)));
    // The same million in each run: one in four billion would pass by chance.
    const randomDigit = digitsOf(20_260_101);
    let passed = 0;
    for (let text = 0; text < 1_000_000; text += 1) {
      let key = 'sk-cr-';
      for (let place = 0; place < 38; place += 1) key += randomDigit();
      if (isWellFormedApiKey(key)) passed += 1;
    }
    expect(passed).toBe(0);
  }, 60_000);

  it('shows a prefix that starts the secret, and a hash that does not contain it', () => {
    const key = generateApiKey();
    expect(key.startsWith(apiKeyPrefix(key))).toBe(true);
    expect(apiKeyPrefix(key)).toHaveLength(12);
    expect(hashApiKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

/** Digits of keys from xorshift, which is fast and random enough. */
function digitsOf(seed: number): () => string {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return digits.charAt((state >>> 0) % digits.length);
  };
}
