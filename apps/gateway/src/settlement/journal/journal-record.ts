import { crc32 } from 'node:zlib';

/** `CRS1`: begins each record, so that records behind a damaged place are found again. */
const MAGIC = 0x43_52_53_31;
const MAGIC_BYTES = Buffer.from('CRS1');
/** Magic, length of the content, CRC-32 of the content; each four bytes, big-endian. */
export const RECORD_HEADER_BYTES = 12;

/** A record as it was found in a file. */
export interface FoundRecord {
  /** Where its content begins. */
  readonly offset: number;
  readonly content: Buffer;
}

export interface Scan {
  readonly records: readonly FoundRecord[];
  /** Bytes that belong to no whole record: a write that was cut short, or a damaged file. */
  readonly damagedBytes: number;
}

/** Writes a record at the start of `target`, which has room for it. @returns its length. */
export function writeRecord(target: Buffer, content: Uint8Array): number {
  target.writeUInt32BE(MAGIC, 0);
  target.writeUInt32BE(content.length, 4);
  target.writeUInt32BE(crc32(content), 8);
  target.set(content, RECORD_HEADER_BYTES);
  return RECORD_HEADER_BYTES + content.length;
}

/** Finds every whole record of a file, whatever lies between them. */
export function scanRecords(file: Buffer): Scan {
  const records: FoundRecord[] = [];
  let damagedBytes = 0;
  let position = 0;
  while (position < file.length) {
    const record = recordAt(file, position);
    if (record) {
      records.push(record);
      position = record.offset + record.content.length;
      continue;
    }
    const next = file.indexOf(MAGIC_BYTES, position + 1);
    const end = next === -1 ? file.length : next;
    damagedBytes += end - position;
    position = end;
  }
  return { records, damagedBytes };
}

function recordAt(file: Buffer, position: number): FoundRecord | undefined {
  const offset = position + RECORD_HEADER_BYTES;
  if (offset > file.length || file.readUInt32BE(position) !== MAGIC) return undefined;
  const length = file.readUInt32BE(position + 4);
  if (offset + length > file.length) return undefined;
  const content = file.subarray(offset, offset + length);
  return crc32(content) === file.readUInt32BE(position + 8) ? { offset, content } : undefined;
}
