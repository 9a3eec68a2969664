import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@code-router/contracts';
import { readChatRequest, upstreamBody } from './chat-request.js';

const messages = '[{"role":"user","content":"hi"}]';
const read = (json: string) => readChatRequest(Buffer.from(json));

function errorOf(json: string): DomainError {
  try {
    read(json);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error(`${json} was accepted`);
}

describe('reading a chat request', () => {
  it.each([
    ['malformed JSON', '{"model":', undefined],
    ['an empty body', '', undefined],
    ['an array', '[]', undefined],
    ['null', 'null', undefined],
    ['no model', `{"messages":${messages}}`, 'model'],
    ['an empty model', `{"model":"","messages":${messages}}`, 'model'],
    ['a model that is a number', `{"model":4,"messages":${messages}}`, 'model'],
    ['no messages', '{"model":"m"}', 'messages'],
    ['messages that are an object', '{"model":"m","messages":{}}', 'messages'],
    ['messages that are empty', '{"model":"m","messages":[]}', 'messages'],
    ['a message that is null', '{"model":"m","messages":[{"role":"user","content":"hi"},null]}', 'messages[1]'],
    ['a message that is text', '{"model":"m","messages":["hi"]}', 'messages[0]'],
    ['a stream that is a word', `{"model":"m","stream":"yes","messages":${messages}}`, 'stream'],
    ['stream options that are a list', `{"model":"m","stream_options":[],"messages":${messages}}`, 'stream_options'],
    ['a negative limit', `{"model":"m","max_tokens":-1,"messages":${messages}}`, 'max_tokens'],
    ['a limit of zero', `{"model":"m","max_tokens":0,"messages":${messages}}`, 'max_tokens'],
    ['a fractional limit', `{"model":"m","max_completion_tokens":1.5,"messages":${messages}}`, 'max_completion_tokens'],
    ['a limit that is text', `{"model":"m","max_tokens":"9","messages":${messages}}`, 'max_tokens'],
    ['too many choices', `{"model":"m","n":129,"messages":${messages}}`, 'n'],
    ['no choices', `{"model":"m","n":0,"messages":${messages}}`, 'n'],
  ])('refuses %s and names the field', (_what, json, param) => {
    const error = errorOf(json);
    expect(error.code).toBe('invalid_request_error');
    expect(error.details['param']).toBe(param);
  });

  it('refuses bytes that are not UTF-8, which would mean one thing here and another one to the provider', () => {
    const body = Buffer.from(`{"model":"m","messages":[{"role":"user","content":"\xff"}]}`, 'latin1');
    expect(() => readChatRequest(body)).toThrow('The request body is not valid UTF-8.');
  });

  it('takes null for absent, as OpenAI does', () => {
    const request = read(`{"model":"m","stream":null,"max_tokens":null,"n":null,"messages":${messages}}`);
    expect(request).toMatchObject({ stream: false, choices: 1 });
    expect(request.outputTokensMax).toBeUndefined();
  });

  it('prefers max_completion_tokens, which replaced max_tokens', () => {
    const request = read(`{"model":"m","max_tokens":5,"max_completion_tokens":7,"messages":${messages}}`);
    expect(request.outputTokensMax).toBe(7);
  });
});

describe('the body that goes upstream', () => {
  const forward = (json: string, model = 'm'): string => upstreamBody(read(json), model).toString();

  it('is the client’s own bytes where nothing must change', () => {
    const json = ` {"z":1e400,"seed":12345678901234567890,\n"model":"m","messages":${messages},"unknown":{"a":[1.0]}} `;
    expect(forward(json)).toBe(json);
  });

  it('has no byte order mark, which some clients send and no provider takes', () => {
    const json = `{"model":"m","messages":${messages}}`;
    expect(forward(`\ufeff${json}`)).toBe(json);
  });

  it('names the model as the channel does, and keeps the rest', () => {
    expect(forward(`{"model":"m","seed":12345678901234567890,"messages":${messages}}`, 'vendor/m"1')).toBe(
      `{"model":"vendor/m\\"1","seed":12345678901234567890,"messages":${messages}}`,
    );
  });

  it('asks for usage in a stream whose client did not', () => {
    const forwarded = forward(`{"model":"m","stream":true,"messages":${messages}}`);
    expect(forwarded).toBe(
      `{"stream_options":{"include_usage":true},"model":"m","stream":true,"messages":${messages}}`,
    );
  });

  it.each([
    ['{}', { include_usage: true }],
    ['null', { include_usage: true }],
    ['{"include_usage":false}', { include_usage: true }],
    ['{"include_obfuscation":false}', { include_obfuscation: false, include_usage: true }],
  ])('adds to stream options %s', (options, expected) => {
    const forwarded = forward(`{"model":"m","stream":true,"stream_options":${options},"messages":${messages}}`);
    expect(JSON.parse(forwarded).stream_options).toEqual(expected);
    expect(forwarded.match(/stream_options/g)).toHaveLength(1);
  });

  it('is not asked for usage twice, nor where nothing is streamed', () => {
    const asked = `{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":${messages}}`;
    expect(forward(asked)).toBe(asked);
    const plain = `{"model":"m","messages":${messages}}`;
    expect(forward(plain)).toBe(plain);
  });

  it.each([
    ['{"model":"m","max_tokens":9}', 'max_completion_tokens', '{"model":"m","max_tokens":4}'],
    ['{"model":"m","max_completion_tokens":9}', 'max_tokens', '{"model":"m","max_completion_tokens":4}'],
    ['{"model":"m"}', 'max_tokens', '{"max_tokens":4,"model":"m"}'],
    ['{"model":"m"}', 'max_completion_tokens', '{"max_completion_tokens":4,"model":"m"}'],
    ['{"max_tokens":null,"model":"m"}', 'max_tokens', '{"max_tokens":4,"model":"m"}'],
    [
      '{"max_tokens":null,"model":"m"}',
      'max_completion_tokens',
      '{"max_completion_tokens":4,"max_tokens":null,"model":"m"}',
    ],
  ] as const)('limits the output of %s where no more can be paid, or else with %s', (fields, name, expected) => {
    const add = (json: string): string => json.replace(/}$/, `,"messages":${messages}}`);
    expect(upstreamBody(read(add(fields)), 'm', { tokens: 4, name }).toString()).toBe(add(expected));
  });
});
