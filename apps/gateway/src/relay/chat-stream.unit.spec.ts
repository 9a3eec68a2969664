import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ChatStream, type ChatStreamOptions } from './chat-stream.js';

const UNASKED: ChatStreamOptions = {
  forwardUsage: false,
  secrets: ['sk-secret'],
  watchCitations: false,
  membersForUsage: () => undefined,
};
const ASKED: ChatStreamOptions = {
  ...UNASKED,
  forwardUsage: true,
  watchCitations: true,
  membersForUsage: () => '"cost":0.5',
};

const delta = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: finish }], usage: null })}\n\n`;
const usageChunk = 'data: {"model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\n';
const done = 'data: [DONE]\n\n';

function pass(parts: readonly (string | Buffer)[], options = UNASKED): { text: string; stream: ChatStream } {
  const stream = new ChatStream(options);
  const passed = parts.map((part) => stream.push(Buffer.from(part)));
  return { text: Buffer.concat(passed).toString(), stream };
}

describe('a chat stream that goes by', () => {
  it('passes whole events on as they are, without the usage chunk that nobody asked for, and holds back the end', () => {
    const { text, stream } = pass([delta('Hi'), delta('', 'stop'), usageChunk, done]);
    expect(text).toBe(delta('Hi') + delta('', 'stop'));
    expect(stream).toMatchObject({ isDone: true, isComplete: true, finishReason: 'stop', model: 'm' });
    expect(stream.usage).toEqual({ prompt_tokens: 3, completion_tokens: 2 });
  });

  it('adds the cost to the usage chunk that was asked for, and changes nothing else', () => {
    const { text } = pass([delta('Hi'), usageChunk, done], ASKED);
    const priced = usageChunk.replace('{"prompt_tokens"', '{"cost":0.5,"prompt_tokens"');
    expect(text).toBe(delta('Hi') + priced);
  });

  it('gives the same bytes however the network cuts them, within characters too', () => {
    const whole = Buffer.from(delta('日本語 😀 "usage":{ \\"error\\"') + delta('x', 'stop') + usageChunk + done);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: whole.length })), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const parts = edges.slice(1).map((edge, index) => whole.subarray(edges[index], edge));
        const { text, stream } = pass(parts, ASKED);
        expect(text).toBe(pass([whole], ASKED).text);
        expect(stream.usage).toEqual({ prompt_tokens: 3, completion_tokens: 2 });
        expect(stream.isDone).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['\n\n', '\r\n\r\n'])('finds the end of an event (%j) that comes byte by byte', (end) => {
    const event = `data: {"model":"m","choices":[]}${end}`;
    const stream = new ChatStream(UNASKED);
    const passed = [...event, ...event].map((byte) => stream.push(Buffer.from(byte)).toString());
    expect(passed.filter((text) => text !== '')).toEqual([event, event]);
    expect(passed.at(-1)).toBe(event);
  });

  it('refuses an event that does not end', () => {
    const stream = new ChatStream(UNASKED);
    const mebibyte = Buffer.alloc(1024 * 1024, 'x');
    for (let count = 0; count < 32; count += 1) stream.push(mebibyte);
    expect(() => stream.push(Buffer.from('x'))).toThrow('more than 32 MiB');
  });

  it('does not say that it is done once the provider has reported an error', () => {
    const error = 'data: {"error":{"message":"overloaded"}}\n\n';
    const { text, stream } = pass([delta('Hi'), error + done]);
    expect(text).toBe(delta('Hi') + error);
    expect(stream).toMatchObject({ isFailed: true, isComplete: false });
    expect(pass([delta('Hi') + error, done]).text).toBe(text);
  });

  it('holds back no event that is whole', () => {
    const stream = new ChatStream(UNASKED);
    const [first, second] = [delta('a'), delta('b')];
    expect(stream.push(Buffer.from(first + second.slice(0, 10))).toString()).toBe(first);
    expect(stream.push(Buffer.from(second.slice(10))).toString()).toBe(second);
  });

  it('takes text that looks like usage, an error or the end for what it is: text', () => {
    const { stream } = pass([
      delta('{"usage":{"prompt_tokens":9}} data: [DONE] "error":'),
      delta('{"finish_reason":"stop"}'),
    ]);
    expect(stream).toMatchObject({ usage: undefined, isDone: false, isFailed: false, isComplete: false });
  });

  it.each([
    ['with white space', 'data: {"model": "m", "choices": [], "usage": {"prompt_tokens": 1}}\n\n'],
    ['with carriage returns', 'data: {"model":"m","choices":[],"usage":{"prompt_tokens":1}}\r\n\r\n'],
    ['without the space after the field name', 'data:{"model":"m","choices":[],"usage":{"prompt_tokens":1}}\n\n'],
    [
      'beside content, in the last chunk',
      'data: {"model":"m","choices":[{"delta":{}}],"usage":{"prompt_tokens":1}}\n\n',
    ],
  ])('finds usage %s', (_how, event) => {
    expect(pass([event]).stream.usage).toEqual({ prompt_tokens: 1 });
  });

  it('keeps the last usage where a provider repeats it in every chunk', () => {
    const chunk = (tokens: number): string =>
      `data: {"model":"m","choices":[{"delta":{"content":"x"}}],"usage":{"completion_tokens":${tokens}}}\n\n`;
    expect(pass([chunk(1) + chunk(2), chunk(3)]).stream.usage).toEqual({ completion_tokens: 3 });
  });

  it.each([
    ['as its own event', 'data: {"error":{"message":"overloaded"}}\n\n'],
    ['with a type', 'event: error\ndata: {"error":{"message":"overloaded","type":"server_error"}}\n\n'],
  ])('sees an error %s, after which the stream is not complete', (_how, event) => {
    const { text, stream } = pass([delta('a', 'stop'), event, done]);
    expect(stream).toMatchObject({ isFailed: true, isComplete: false });
    expect(text).toContain('overloaded');
  });

  it('tells the client what went wrong, but never the key', () => {
    const error = 'data: {"error":{"message":"sk-secret is refused"},"usage":{"prompt_tokens":1}}\n\n';
    const { text, stream } = pass([delta('a'), error]);
    expect(text).toBe(delta('a') + error.replace('sk-secret', '…'));
    expect(stream.usage).toEqual({ prompt_tokens: 1 });
  });

  it('is not complete without an end of its own or a finish reason', () => {
    expect(pass([delta('a')]).stream.isComplete).toBe(false);
    expect(pass([delta('a'), delta('', 'length')]).stream.isComplete).toBe(true);
    expect(pass([delta('a'), done]).stream.isComplete).toBe(true);
  });

  it('counts what the model wrote, in content, reasoning and arguments, escapes and all', () => {
    const { stream } = pass([
      'data: {"model":"m","choices":[{"delta":{"role":"assistant","content":""}}]}\n\n',
      'data: {"choices":[{"delta":{"reasoning_content":"abc"}}]}\n\n',
      'data: {"choices":[{"delta":{"content":"a\\"b"}}]}\n\ndata: {"choices":[{"delta":{"content":null}}]}\n\n',
      'data: {"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"{\\"a\\":1}"}}]}}]}\n\n',
    ]);
    expect(stream.textPieces).toBe(3);
    expect(stream.textBytes).toBe(3 + 4 + 9);
  });

  it('counts reasoning once that comes under both of its names, whichever has more', () => {
    const both = (first: string, second: string): string =>
      `data: {"choices":[{"delta":{"reasoning":"${first}","reasoning_content":"${second}"}}]}\n\n`;
    const { stream } = pass([both('abc', 'abc'), both('', 'de'), delta('x')]);
    expect([stream.textPieces, stream.textBytes]).toEqual([3, 6]);
  });

  it('passes comments and other fields on', () => {
    const comment = ': keep-alive\n\n';
    expect(pass([comment, delta('a'), comment]).text).toBe(comment + delta('a') + comment);
  });
});
