import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { packEvents, unpackEvents } from './packed-events.js';

const throughAJob = (texts: readonly string[]): readonly unknown[] => {
  const packed = packEvents(texts.map((text) => Buffer.from(text)));
  return [...unpackEvents(packed, texts.length).read()];
};

describe('packed events', () => {
  it('come out as they were published, whatever is in them, in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ stringUnit: 'grapheme' })), (events) => {
        const written = events.map((event, index) => JSON.stringify(event, null, index % 3));
        expect(throughAJob(written)).toEqual(written.map((text) => JSON.parse(text)));
      }),
    );
  });

  it('have nothing that the database cannot store', () => {
    expect(throughAJob([JSON.stringify({ userAgent: 'odd\u0000agent \ud800' })])).toEqual([
      { userAgent: 'odd\uFFFDagent \uFFFD' },
    ]);
  });

  it('do not keep each other from being read when one of them is no JSON', () => {
    expect(throughAJob(['{"id":1}', '{"id":', '', 'odd\0', '{"id":2}'])).toEqual([
      { id: 1 },
      '{"id":',
      '',
      'odd\uFFFD',
      { id: 2 },
    ]);
  });

  it('take a small part of the room', () => {
    const event = JSON.stringify({ account: 'a'.repeat(40), model: 'gpt-4o', tokens: { input: 1, output: 2 } });
    const bodies = Array.from({ length: 1_000 }, () => Buffer.from(event));
    expect(packEvents(bodies).length).toBeLessThan((event.length * bodies.length) / 10);
  });
});
