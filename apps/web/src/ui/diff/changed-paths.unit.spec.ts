import { describe, expect, it } from '@jest/globals';
import { changedPaths } from './changed-paths.js';

describe('changedPaths', () => {
  it.each([
    ['nothing', { a: 1, b: { c: [1, 2] } }, { a: 1, b: { c: [1, 2] } }, []],
    ['a nested field', { a: { b: 1, c: 2 } }, { a: { b: 3, c: 2 } }, [{ path: 'a.b', before: 1, after: 3 }]],
    ['a plain list as one', { a: ['x'] }, { a: ['x', 'y'] }, [{ path: 'a', before: ['x'], after: ['x', 'y'] }]],
    [
      'objects in a list by their place',
      { a: [{ n: 1 }, { n: 2 }] },
      { a: [{ n: 1 }, { n: 5 }] },
      [{ path: 'a.1.n', before: 2, after: 5 }],
    ],
    ['what is new', null, { a: 1 }, [{ path: 'a', before: undefined, after: 1 }]],
    ['what is gone', { a: 1 }, null, [{ path: 'a', before: 1, after: undefined }]],
    ['what became null', { a: 1 }, { a: null }, [{ path: 'a', before: 1, after: null }]],
  ])('finds %s', (_, before, after, changes) => {
    expect(changedPaths(before, after)).toEqual(changes);
  });
});
