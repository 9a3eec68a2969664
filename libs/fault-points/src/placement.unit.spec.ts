import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { FAULT_POINTS } from './fault-point.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The names that the sources pass to `faultPoint`. */
async function placed(): Promise<readonly string[]> {
  const names: string[] = [];
  for (const folder of ['apps', 'libs']) {
    for (const path of await readdir(join(ROOT, folder), { recursive: true })) {
      if (!path.endsWith('.ts') || path.endsWith('.spec.ts') || path.includes('node_modules')) continue;
      const source = await readFile(join(ROOT, folder, path), 'utf8');
      for (const [, name = ''] of source.matchAll(/\bfaultPoint\('([a-z.-]+)'\)/g)) names.push(name);
    }
  }
  return names;
}

describe('the fault points', () => {
  it('each lie somewhere on the way, so that a fault that is asked for can come', async () => {
    expect((await placed()).toSorted()).toEqual([...FAULT_POINTS].toSorted());
  });
});
