import { describe, expect, it } from '@jest/globals';
import { eventOf, failedUsageData, usageData } from '../testing/usage-samples.js';
import { readUsageEvent } from './event-reader.js';

const event = eventOf(usageData());
const withData = (changes: object) => ({ ...event, data: { ...event.data, ...changes } });

describe('readUsageEvent', () => {
  it.each([
    ['settled', event],
    ['released without any answer', eventOf(failedUsageData())],
    ['orphaned', eventOf(usageData({ outcome: 'orphaned' }))],
    ['of a gateway that says more', { ...event, traceparent: '00-1', data: { ...event.data, sparkle: true } }],
    ['with an amount that JSON numbers could not carry', withData({ amountNanos: '9223372036854775807' })],
    ['with durations measured in fractions', withData({ latencyMs: 12.75, firstByteMs: 0.5 })],
  ])('reads an event that is %s', (_, published) => {
    expect(readUsageEvent(published)).toEqual({ data: published.data });
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a number', 7],
    ['a list', [event]],
    ['an event without data', { ...event, data: undefined }],
    ['an event whose data is text', { ...event, data: '{}' }],
  ])('says that %s has no data', (_, published) => {
    expect(readUsageEvent(published)).toEqual({ reason: 'the event has no data' });
  });

  it.each<[string, unknown]>([
    ['requestId', ''],
    ['accountId', 7],
    ['keyId', null],
    ['keyId', 'k'.repeat(501)],
    ['keyName', undefined],
    ['endpoint', 1],
    ['stream', 'true'],
    ['modelAsked', ''],
    ['modelServed', null],
    ['channelId', ''],
    ['attempts', -1],
    ['attempts', 2 ** 31],
    ['tokens', null],
    ['tokens', { input: -1 }],
    ['tokens', { input: 1.5 }],
    ['tokens', { input: '1' }],
    ['tokens', { inputs: 1 }],
    ['reasoningTokens', undefined],
    ['estimated', 0],
    ['priceVersionId', 42],
    ['terms', null],
    ['terms', { rates: {}, perCallNanos: '0' }],
    ['terms', { rates: { input: 1.5 }, perCallNanos: '0', tiers: [] }],
    ['multiplierMillionths', '-1'],
    ['multiplierMillionths', 1_000_000],
    ['multiplierSource', 'somewhere'],
    ['amountNanos', 7_500_000],
    ['amountNanos', '-1'],
    ['amountNanos', '1.5'],
    ['amountNanos', '9223372036854775808'],
    ['finishReason', 1],
    ['httpStatus', 1_000],
    ['errorCode', false],
    ['clientDisconnected', undefined],
    ['startedAt', 'yesterday'],
    ['startedAt', 1_767_225_600],
    ['completedAt', '2026-13-01T00:00:00Z'],
    ['latencyMs', -1],
    ['latencyMs', Number.NaN],
    ['firstByteMs', '5'],
    ['clientIp', 1],
    ['userAgent', {}],
  ])('refuses a %s of %p by its name', (field, value) => {
    expect(readUsageEvent(withData({ [field]: value }))).toEqual({ reason: `data.${field} is not usable` });
  });

  it.each<[string, object, string]>([
    ['an id that is not the reservation', { id: 'another' }, 'id is not that of its reservation'],
    ['another version of CloudEvents', { specversion: '2.0' }, 'specversion is not 1.0'],
    ['another type', { type: 'code-router.usage.v2.settled' }, 'type does not match the outcome'],
  ])('refuses %s', (_, changes, reason) => {
    expect(readUsageEvent({ ...event, ...changes })).toEqual({ reason });
  });

  it('refuses what was not even JSON', () => {
    expect(readUsageEvent('{"id":')).toEqual({ reason: 'the event is no JSON object' });
  });

  it('refuses a reservation id that is not a UUID', () => {
    const data = { ...event.data, reservationId: '1' };
    expect(readUsageEvent({ ...event, id: '1', data })).toEqual({ reason: 'data.reservationId is not usable' });
  });

  it('names every fault at once', () => {
    const read = readUsageEvent(withData({ amountNanos: 1, stream: 1, outcome: 'lost' }));
    expect(read).toEqual({
      reason:
        'data.outcome is not usable; data.stream is not usable; data.amountNanos is not usable; ' +
        'type does not match the outcome',
    });
  });
});
