import { describe, expect, it } from '@jest/globals';
import type { UsageExportPart } from '@code-router/contracts';
import { exportParts } from './export-parts.js';

interface From {
  readonly cursor?: string;
  readonly until?: string;
}
const ROWS = 100;

/** An export of the numbers 0 to 99; a cursor is where to go on. Odd parts come first, and every third part is half as long. */
function numbers(rowsMax: number, cutsAhead: number) {
  const asked: number[] = [];
  let underWay = 0;
  let underWayMax = 0;
  const ask = async ({ cursor = '0', until = String(ROWS) }: From = {}): Promise<UsageExportPart> => {
    const [start, end] = [Number(cursor), Number(until)];
    asked.push(start);
    underWayMax = Math.max(underWayMax, (underWay += 1));
    for (let turn = 0; turn < (asked.length % 2) * 10; turn += 1) await Promise.resolve();
    underWay -= 1;
    const rows = Math.min(asked.length % 3 === 0 ? Math.ceil(rowsMax / 2) : rowsMax, end - start);
    const cuts = Array.from({ length: cutsAhead }, (_, index) => start + (index + 2) * rowsMax).filter(
      (cut) => cut < ROWS,
    );
    return {
      text: Array.from({ length: rows }, (_, index) => `${start + index},`).join(''),
      rows,
      ...(start + rows < end && { nextCursor: String(start + rows) }),
      ...(end === ROWS && { cuts: cuts.map(String) }),
    };
  };
  return { ask, asked, underWayMax: () => underWayMax };
}

describe('the parts of an export', () => {
  it.each([
    [7, 0],
    [7, 1],
    [7, 5],
    [10, 3],
    [100, 2],
  ])('are all of it, each row once and in order: %i rows a part, %i cuts ahead', async (rowsMax, cutsAhead) => {
    const { ask, underWayMax } = numbers(rowsMax, cutsAhead);
    let text = '';
    for await (const part of exportParts(await ask(), ask)) text += part.text;
    expect(text).toBe(Array.from({ length: ROWS }, (_, index) => `${index},`).join(''));
    expect(underWayMax()).toBeLessThanOrEqual(2);
  });

  it('are not asked for while nobody takes them', async () => {
    const { ask, asked } = numbers(10, 8);
    const parts = exportParts(await ask(), ask);
    await parts.next();
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
    expect(asked).toHaveLength(3);
    await parts.return(undefined);
  });

  it('end with the failure of one', async () => {
    const { ask } = numbers(10, 8);
    const failing = (from: From) => (from.cursor === '20' ? Promise.reject(new Error('away')) : ask(from));
    const taken: number[] = [];
    const take = async () => {
      for await (const { rows } of exportParts(await ask(), failing)) taken.push(rows);
    };
    await expect(take()).rejects.toThrow('away');
    expect(taken).toEqual([10, 10]);
  });
});
