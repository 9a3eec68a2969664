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
