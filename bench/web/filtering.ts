import { CATALOG, TYPED } from './catalog.js';
import type { Visit } from './visit.js';

export interface Filtering {
  /** From the press of each key to the list that it leads to, painted. */
  readonly keystrokesMs: readonly number[];
  /** The longest that the browser itself says an input took to the next frame. */
  readonly slowestInteractionMs: number;
}

/** Types words into the search of the pricing page letter by letter, and takes them back. */
export async function measureFiltering({ page, observed }: Visit): Promise<Filtering> {
  const others = Number(await page.locator('main table').getAttribute('aria-rowcount')) - 1 - CATALOG.length;
  if (others < 0) throw new Error('the page does not show the whole catalogue');
  await page.getByRole('searchbox').click();
  const keystrokesMs: number[] = [];
  for (const words of TYPED) {
    const letters = Array.from(words, (_, index) => words.slice(0, index + 1));
    for (const typed of letters) keystrokesMs.push(await press(typed.at(-1) ?? '', typed));
    for (const left of letters.toReversed().map((typed) => typed.slice(0, -1))) {
      keystrokesMs.push(await press('Backspace', left));
    }
  }
  return { keystrokesMs, slowestInteractionMs: await observed('slowestInteractionMs()') };

  async function press(key: string, typed: string): Promise<number> {
    const took = observed<number>(`filtered((count) => ${expectedCount(typed, others)})`);
    await page.waitForFunction('codeRouterBench.isListening');
    await page.keyboard.press(key === ' ' ? 'Space' : key);
    return took;
  }
}

/** How many rows the list has then, as an expression: of models that a first start brings, the page alone knows. */
function expectedCount(typed: string, others: number): string {
  const sought = typed.split(' ').filter((word) => word !== '');
  const found = CATALOG.filter(({ name, displayName, vendor, description, tags }) => {
    const searched = [name, displayName, vendor, description, ...tags].join('\n').toLowerCase();
    return sought.every((word) => searched.includes(word));
  }).length;
  return `${found} <= count && count <= ${found + others}`;
}
