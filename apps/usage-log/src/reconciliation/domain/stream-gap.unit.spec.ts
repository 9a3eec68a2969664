import { describe, expect, it } from '@jest/globals';
import { StreamGap } from './stream-gap.js';

const missingOf = (gap: StreamGap) => [...gap.missing.keys()];

describe('the gap of a stream', () => {
  it('is what was posted and not seen, whichever comes first', () => {
    const gap = new StreamGap(10);
    gap.addEvent('a');
    gap.addPosting('a', 'a');
    gap.addPosting('b', 'b');
    gap.addPosting('c:orphaned', 'c');
    gap.addEvent('b');
    gap.addEvent('only in the stream');
    expect([...gap.missing]).toEqual([['c:orphaned', 'c']]);
    expect(gap.hasMore).toBe(false);
  });

  it('holds no more than it may, and says so', () => {
    const gap = new StreamGap(2);
    for (const id of ['a', 'b', 'c']) gap.addPosting(id, id);
    expect(missingOf(gap)).toEqual(['a', 'b']);
    expect(gap.hasMore).toBe(true);
  });

  it('forgets events that nobody posted, the oldest first', () => {
    const gap = new StreamGap(2);
    for (const id of ['a', 'b', 'c']) gap.addEvent(id);
    for (const id of ['a', 'b', 'c']) gap.addPosting(id, id);
    expect(missingOf(gap)).toEqual(['a']);
  });
});
