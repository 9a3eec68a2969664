import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { FIRST_LOAD_BYTES_MAX, firstLoad } from '../../scripts/web-first-load.mjs';

describe('the first load of the pricing page', () => {
  it('is at most 200 KB of compressed JavaScript', () => {
    const total = firstLoad().reduce((sum, { bytes }) => sum + bytes, 0);
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThanOrEqual(FIRST_LOAD_BYTES_MAX);
  });

  it('holds no charts', () => {
    expect(firstLoad().filter(({ file }) => /chart/i.test(file))).toEqual([]);
  });
});

describe('the styles of the app', () => {
  /** The classes of Mantine's components, which are named by a hash. */
  const classesIn = (text: string) => new Set(text.match(/\bm_[0-9a-f]{6,8}\b/g));

  it('are those of all components that it uses', () => {
    const assets = fileURLToPath(new URL('../../dist/apps/web/assets/', import.meta.url));
    const built = (ending: string) =>
      readdirSync(assets)
        .filter((name) => name.endsWith(ending))
        .map((name) => readFileSync(`${assets}${name}`, 'utf8'))
        .join('\n');
    const whole = createRequire(import.meta.url).resolve('@mantine/core/styles.css');
    const known = classesIn(readFileSync(whole, 'utf8'));
    const used = [...classesIn(built('.js'))].filter((name) => known.has(name));
    const styled = classesIn(built('.css'));
    expect(used.length).toBeGreaterThan(100);
    expect(used.filter((name) => !styled.has(name))).toEqual([]);
  });
});
