import { describe, expect, it } from '@jest/globals';
import { bucketsBetween, valuesOf } from './buckets';

describe('the buckets of a chart', () => {
  it('are all that the period touches, the one that is under way included', () => {
    const from = new Date('2026-03-01T10:30:00Z');
    expect(bucketsBetween(from, new Date('2026-03-01T12:15:00Z'), 'hour')).toEqual([
      '2026-03-01T10:00:00.000Z',
      '2026-03-01T11:00:00.000Z',
      '2026-03-01T12:00:00.000Z',
    ]);
  });

  it('do not count an end on the edge twice', () => {
    const [from, to] = [new Date('2026-03-01T00:00:00Z'), new Date('2026-03-03T00:00:00Z')];
    expect(bucketsBetween(from, to, 'day')).toHaveLength(2);
  });

  it('are zero where nothing happened, however the moment is written', () => {
    const buckets = ['2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z'];
    const points = [{ bucket: '2026-03-02T00:00:00Z', requests: 4 }];
    expect(valuesOf(buckets, points, ({ requests }) => requests)).toEqual([0, 4]);
  });
});
