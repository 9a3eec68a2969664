import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { storable } from '@code-router/contracts';
import type { KeptEvents } from '../domain/kept-events.js';

/**
 * Events as one text: a sequence of JSON texts, each after a record separator, compressed, in base64. Events of a batch
 * are much alike: they take a tenth of the room, in the memory of Redis and on every way there and back, and to compress
 * them costs less than to write them out.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7464 JSON text sequences
 */
export type PackedEvents = string;

/** No JSON text has it, not even between its parts. */
const SEPARATOR = '\x1e';
const SEPARATOR_BYTE = 0x1e;
/** The lowest that is worth the while: higher ones take longer for hardly less. */
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** @param bodies JSON in UTF-8, which nobody needs to have looked at. */
export function packEvents(bodies: readonly Uint8Array[]): PackedEvents {
  const bytes = bodies.reduce((sum, body) => sum + 1 + body.length, 0);
  const sequence = Buffer.allocUnsafe(bytes);
  let end = 0;
  for (const body of bodies) {
    sequence[end] = SEPARATOR_BYTE;
    sequence.set(body, end + 1);
    end += 1 + body.length;
  }
  return zstdCompressSync(sequence, LEVEL).toString('base64');
}

/** What was packed: what is no JSON comes as the text that it is. */
export function unpackEvents(packed: PackedEvents, count: number): KeptEvents {
  return { count, read: () => readAll(packed) };
}

function* readAll(packed: PackedEvents): Iterable<unknown> {
  const sequence = zstdDecompressSync(Buffer.from(packed, 'base64')).toString('utf8');
  for (const text of sequence.split(SEPARATOR).slice(1)) yield storable(readJson(text), text);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
