import { describe, expect, it } from '@jest/globals';
import type { BodyReader } from '../provider.js';
import { ArrivingBody } from './arriving-body.js';

/** A body, what was asked of its flow, and what its reader heard. */
function noted() {
  const asked: string[] = [];
  const heard: string[] = [];
  const body = new ArrivingBody({
    pause: () => asked.push('pause'),
    resume: () => asked.push('resume'),
    abort: () => asked.push('abort'),
  });
  const reader: BodyReader = {
    chunk: (data) => heard.push(data.toString()),
    end: () => heard.push('(end)'),
    fail: (error) => heard.push(`(${error.message})`),
  };
  return { body, reader, asked, heard };
}

const bytes = (text: string) => Buffer.from(text);

describe('an arriving body', () => {
  it('hands over as it comes what arrives while somebody reads', () => {
    const { body, reader, heard } = noted();
    body.read(reader);
    body.arrived(bytes('one'));
    body.arrived(bytes('two'));
    body.ended('whole');
    expect(heard).toEqual(['one', 'two', '(end)']);
  });

  it('keeps what came with the head for its reader, in one piece, and how it ended', () => {
    const { body, reader, asked, heard } = noted();
    body.arrived(bytes('one,'));
    body.arrived(bytes('two'));
    body.ended('whole');
    body.read(reader);
    expect(heard).toEqual(['one,two', '(end)']);
    expect(asked).toEqual([]);
  });

  it('tells its reader of a failure that came before it', () => {
    const { body, reader, heard } = noted();
    body.arrived(bytes('half'));
    body.ended(new Error('broke off'));
    body.read(reader);
    expect(heard).toEqual(['half', '(broke off)']);
  });

  it('does not end before its reader is ready for more', () => {
    const { body, reader, asked, heard } = noted();
    body.arrived(bytes('all'));
    body.ended('whole');
    body.read({ ...reader, chunk: (data) => (reader.chunk(data), body.pause()) });
    expect(heard).toEqual(['all']);
    body.resume();
    expect(heard).toEqual(['all', '(end)']);
    expect(asked).toEqual(['pause', 'resume']);
  });

  it('hands nothing over once it is cut, and ends its flow', () => {
    const { body, reader, asked, heard } = noted();
    body.read(reader);
    body.cut();
    body.arrived(bytes('late'));
    body.ended(new Error('given up'));
    expect(heard).toEqual([]);
    expect(asked).toEqual(['abort']);
  });

  it('that is cut by its reader in the middle of what came early does not end', () => {
    const { body, reader, heard } = noted();
    body.arrived(bytes('all'));
    body.ended('whole');
    body.read({ ...reader, chunk: (data) => (reader.chunk(data), body.cut()) });
    expect(heard).toEqual(['all']);
  });
});
