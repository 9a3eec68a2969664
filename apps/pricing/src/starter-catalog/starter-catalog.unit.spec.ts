import { describe, expect, it } from '@jest/globals';
import { checkedEntries } from '../price-list-formats/json-list.js';
import { STARTER_CATALOG } from './starter-catalog.js';

describe('the starter catalogue', () => {
  it('is a price list that could be imported', () => {
    expect(() => checkedEntries(STARTER_CATALOG, (index) => `${STARTER_CATALOG[index]?.name}.`)).not.toThrow();
  });

  it('has some thirty models of nine vendors and more, all of them placeholders', () => {
    expect(STARTER_CATALOG.length).toBeGreaterThanOrEqual(30);
    expect(new Set(STARTER_CATALOG.map(({ vendor }) => vendor)).size).toBeGreaterThanOrEqual(9);
    expect(STARTER_CATALOG.every(({ isPlaceholder }) => isPlaceholder)).toBe(true);
  });

  it('names nothing twice', () => {
    const names = STARTER_CATALOG.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has no price that is off by a thousand', () => {
    for (const { name, terms } of STARTER_CATALOG) {
      for (const nanos of Object.values(terms?.rates ?? {})) {
        const plausible = nanos === '0' || (BigInt(nanos) >= 5_000_000n && BigInt(nanos) <= 100_000_000_000n);
        expect([name, nanos, plausible]).toEqual([name, nanos, true]);
      }
    }
  });
});
