import { gunzipSync, gzipSync } from 'node:zlib';
import { Logger } from '@nestjs/common';
import type { Serializer } from '@nestjs/microservices';

/** What is longer is packed as long as nobody knows what the server takes: many times most answers. */
const UNPACKED_BYTES_UNASKED = 128 * 1_024;
/** Many times the longest answer there is; what unpacks to more would only fill the memory. */
const UNPACKED_BYTES_MAX = 256 * 1_048_576;
/** For headers and the subject, which count against the limit of a message too. */
const RESERVED_BYTES = 4_096;

/** What goes to NATS. */
interface Outgoing {
  readonly data: string | Uint8Array;
}

/**
 * Writes answers as Nest does, and packs those that are too long, since a NATS message has at most a megabyte unless its
 * server is told otherwise. Those that fit are sent as they are: packing takes ten times as long as sending. One that is
 * too long even so becomes an error: NATS would not take it, and whoever asked would wait for nothing.
 */
export class PackingSerializer implements Serializer<object, Outgoing> {
  private readonly logger = new Logger('Messaging');

  /** @param bytesMax what the server takes, once it is known. */
  constructor(private readonly bytesMax: () => number | undefined) {}

  serialize(packet: object): Outgoing {
    const data = JSON.stringify(packet);
    const bytesMax = this.bytesMax();
    const unpackedMax = bytesMax === undefined ? UNPACKED_BYTES_UNASKED : bytesMax - RESERVED_BYTES;
    // Three bytes for each character is the most that there can be.
    if (data.length * 3 <= unpackedMax || Buffer.byteLength(data) <= unpackedMax) return { data };
    const packed = gzipSync(data, { level: 3 });
    if (packed.length + RESERVED_BYTES <= (bytesMax ?? Infinity)) return { data: packed };
    const message = `The answer has ${packed.length} bytes when packed, more than NATS takes in one message. Ask for less.`;
    this.logger.error(message);
    const { id } = packet as { readonly id?: string };
    return { data: JSON.stringify({ id, err: { code: 'internal_error', message, details: {} }, isDisposed: true }) };
  }
}

/** The text of an answer, packed or not: JSON never begins with the bytes that gzip begins with. */
export function unpackedReply(data: Uint8Array): string {
  const isPacked = data[0] === 0x1f && data[1] === 0x8b;
  return (isPacked ? gunzipSync(data, { maxOutputLength: UNPACKED_BYTES_MAX }) : Buffer.from(data)).toString('utf8');
}
