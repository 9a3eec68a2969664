import { describe, expect, it } from '@jest/globals';
import { waitFor } from '@code-router/testing';
import { Batcher, type BatcherOptions } from './batcher.js';

/** Notes the batches that it was asked to process, and answers each item with its double once it is let go on. */
function noted(options: BatcherOptions<number>) {
  const batches: (readonly number[])[] = [];
  const gate = Promise.withResolvers<void>();
  const batcher = new Batcher<number, number>(async (items) => {
    batches.push(items);
    await gate.promise;
    return items.map((item) => item * 2);
  }, options);
  return { batches, batcher, letGoOn: gate.resolve };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('a batcher', () => {
  it('processes together what is added in one turn, and answers each item with its own result', async () => {
    const { batches, batcher, letGoOn } = noted({ batchMax: 10 });
    letGoOn();
    expect(await Promise.all([1, 2, 3].map((item) => batcher.add(item)))).toEqual([2, 4, 6]);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('gathers what is added while the batch before is under way, up to its limit', async () => {
    const { batches, batcher, letGoOn } = noted({ batchMax: 2 });
    const first = batcher.add(1);
    await nextTurn();
    const others = [2, 3, 4].map((item) => batcher.add(item));
    await nextTurn();
    expect(batches).toEqual([[1]]);
    letGoOn();
    await Promise.all([first, ...others]);
    expect(batches).toEqual([[1], [2, 3], [4]]);
  });

  it('fills a batch by what its items weigh, and makes one of its own of what weighs more than a batch may', async () => {
    const { batches, batcher, letGoOn } = noted({ batchMax: 10, weightOf: (item) => item });
    const all = [1, 4, 5, 6, 30, 2, 8, 1].map((item) => batcher.add(item));
    letGoOn();
    await Promise.all(all);
    expect(batches).toEqual([[1, 4, 5], [6], [30], [2, 8], [1]]);
  });

  it('has no more batches under way than it may', async () => {
    const { batches, batcher, letGoOn } = noted({ batchMax: 1, concurrencyMax: 2 });
    const all = [1, 2, 3].map((item) => batcher.add(item));
    await nextTurn();
    expect(batches).toEqual([[1], [2]]);
    letGoOn();
    expect(await Promise.all(all)).toEqual([2, 4, 6]);
  });

  it('rejects every item of a batch that fails, and goes on with the next', async () => {
    let fails = true;
    const batcher = new Batcher<number, number>(
      async (items) => {
        if (fails) throw new Error('the whole batch');
        return items;
      },
      { batchMax: 2 },
    );
    const failed = await Promise.allSettled([batcher.add(1), batcher.add(2)]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await batcher.add(3)).toBe(3);
  });

  it('starts at once after a pause, and gathers for the rest of its time what follows', async () => {
    const { batches, batcher, letGoOn } = noted({ batchMax: 10, concurrencyMax: 10, gatherMs: 200 });
    letGoOn();
    await batcher.add(1);
    const followers = [];
    for (const item of [2, 3, 4]) {
      followers.push(batcher.add(item));
      await nextTurn();
    }
    expect(batches).toEqual([[1]]);
    await Promise.all(followers);
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  it('that gathers only while busy starts the next batch as soon as the one before is done', async () => {
    const { batches, batcher, letGoOn } = noted({
      batchMax: 10,
      concurrencyMax: 4,
      gatherMs: 600_000,
      gatherOnlyWhileBusy: true,
    });
    const first = batcher.add(1);
    await nextTurn();
    const others = [2, 3].map((item) => batcher.add(item));
    await nextTurn();
    expect(batches).toEqual([[1]]);
    letGoOn();
    await Promise.all([first, ...others]);
    await batcher.add(4);
    expect(batches).toEqual([[1], [2, 3], [4]]);
  });

  it('that gathers only while busy goes on beside a batch that takes long', async () => {
    const { batches, batcher, letGoOn } = noted({
      batchMax: 10,
      concurrencyMax: 2,
      gatherMs: 20,
      gatherOnlyWhileBusy: true,
    });
    const first = batcher.add(1);
    await nextTurn();
    const second = batcher.add(2);
    await waitFor(() => batches.length === 2);
    letGoOn();
    expect(await Promise.all([first, second])).toEqual([2, 4]);
  });

  it('waits no longer once a batch is full, or it is to be drained', async () => {
    const { batches, batcher, letGoOn } = noted({ batchMax: 2, gatherMs: 600_000 });
    letGoOn();
    await batcher.add(1);
    await Promise.all([batcher.add(2), batcher.add(3)]);
    const last = batcher.add(4);
    await batcher.drained();
    expect(await last).toBe(8);
    expect(batches).toEqual([[1], [2, 3], [4]]);
  });
});
