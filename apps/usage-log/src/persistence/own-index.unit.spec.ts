import { describe, expect, it } from '@jest/globals';
import type { RecordFilters } from '../domain/usage-filters.js';
import { hasOwnIndex } from './own-index.js';

describe('whether records lie together in one index', () => {
  it.each<[string, RecordFilters, boolean]>([
    ['all of them', {}, true],
    ['one account', { accountId: 'a' }, true],
    ['one key', { accountId: 'a', keyIds: ['k'] }, true],
    ['several keys', { keyIds: ['k', 'l'] }, false],
    ['part of a name', { keyName: 'prod' }, false],
    ['a model', { model: 'm' }, true],
    ['a model on a channel', { model: 'm', channelId: 'c' }, false],
    ['a request, whatever else', { requestId: 'r', model: 'm', outcome: 'settled' }, true],
    ['failures', { status: { kind: 'error' } }, true],
    ['one kind of failure', { status: { kind: 'code', code: 429 } }, true],
    ['failures of a model', { status: { kind: 'error' }, model: 'm' }, false],
    ['successes', { status: { kind: 'ok' } }, false],
    ['one kind of success', { status: { kind: 'code', code: 200 } }, false],
    ['a status that no failure has, and hardly any record', { status: { kind: 'code', code: 201 } }, false],
    ['an outcome', { outcome: 'orphaned' }, true],
    ['the usual outcome', { outcome: 'settled' }, false],
  ])('%s', (_, filters, expected) => {
    expect(hasOwnIndex(filters)).toBe(expected);
  });
});
