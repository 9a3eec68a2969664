import { beforeEach, describe, expect, it } from '@jest/globals';
import { NearCache } from './near-cache.js';

describe('a near cache', () => {
  let clock: number;
  let loads: number;
  let cache: NearCache<string>;

  beforeEach(() => {
    clock = 1_000;
    loads = 0;
    cache = new NearCache<string>({ entriesMax: 2, ttlMs: 100, now: () => clock });
  });

  const loadCounted = async () => ({ value: `load ${++loads}` });

  it('loads once for callers that miss together', async () => {
    const values = await Promise.all([cache.get('a', loadCounted), cache.get('a', loadCounted)]);
    expect(values).toEqual(['load 1', 'load 1']);
  });

  it('keeps a value for its time to live and no longer', async () => {
    await cache.get('a', loadCounted);
    clock += 99;
    expect(await cache.get('a', loadCounted)).toBe('load 1');
    clock += 1;
    expect(await cache.get('a', loadCounted)).toBe('load 2');
  });

  it('keeps a value no longer than it is valid', async () => {
    await cache.get('a', async () => ({ value: 'brief', validUntil: clock + 10 }));
    clock += 10;
    expect(cache.peek('a')).toBeUndefined();
  });

  it('does not keep what was being loaded while it was invalidated', async () => {
    let finish: (loaded: { value: string }) => void = () => undefined;
    const before = cache.get('a', () => new Promise((resolve) => (finish = resolve)));
    cache.invalidate();
    finish({ value: 'read before the change' });
    expect(await before).toBe('read before the change');
    expect(await cache.get('a', loadCounted)).toBe('load 1');
  });

  it('never answers a caller that came after an invalidation with a load begun before it', async () => {
    let finish: (loaded: { value: string }) => void = () => undefined;
    const before = cache.get('a', () => new Promise((resolve) => (finish = resolve)));
    cache.invalidate();
    expect(await cache.get('a', loadCounted)).toBe('load 1');
    finish({ value: 'old' });
    await before;
    expect(await cache.get('a', loadCounted)).toBe('load 1');
  });

  it('invalidates only what the predicate names', async () => {
    await cache.get('a', loadCounted);
    await cache.get('b', loadCounted);
    cache.invalidate((value) => value === 'load 1');
    expect(cache.peek('a')).toBeUndefined();
    expect(cache.peek('b')).toBe('load 2');
  });

  it('does not remember a load that failed', async () => {
    await expect(cache.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cache.get('a', loadCounted)).toBe('load 1');
  });

  it('answers what is over already, and keeps it not at all', async () => {
    await cache.get('a', loadCounted);
    expect(await cache.get('b', async () => ({ value: 'over', validUntil: 0 }))).toBe('over');
    await cache.get('c', loadCounted);
    expect([cache.peek('a'), cache.peek('b'), cache.peek('c')]).toEqual(['load 1', undefined, 'load 2']);
  });

  it('takes a value that was loaded anew for a new one', async () => {
    await cache.get('a', loadCounted);
    clock += 50;
    await cache.get('b', loadCounted);
    clock += 50;
    await cache.get('a', loadCounted);
    await cache.get('c', loadCounted);
    expect([cache.peek('a'), cache.peek('b'), cache.peek('c')]).toEqual(['load 3', undefined, 'load 4']);
  });

  it('drops the oldest value rather than grow without bound', async () => {
    for (const key of ['a', 'b', 'c']) await cache.get(key, loadCounted);
    expect([cache.peek('a'), cache.peek('b'), cache.peek('c')]).toEqual([undefined, 'load 2', 'load 3']);
  });
});
