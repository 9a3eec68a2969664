import { closeSync, fdatasync, fsync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { RECORD_HEADER_BYTES, scanRecords, writeRecord, type FoundRecord } from './journal-record.js';

const SCRATCH_BYTES = 64 * 1024;

/** Shared: a record is written before another one is begun. */
const scratch = Buffer.allocUnsafe(SCRATCH_BYTES);

/** One file of a journal. It can go when none of its records is needed any more. */
export class Segment {
  /** Records that somebody still needs. */
  needed = 0;
  private size: number;
  /** How much was appended and synced since the file was opened; it counts on when the file is used again. */
  private appendedBytes: number;
  private syncedBytes = 0;
  private isEntrySynced = false;
  private syncing: Promise<void> = Promise.resolve();
  private nextSync: Promise<void> | undefined;

  /** A new file, to be appended to. */
  static create(path: string): Segment {
    return new Segment(path, openSync(path, 'wx+', 0o600), 0);
  }

  /** A file that an earlier process left. */
  static async recover(
    path: string,
  ): Promise<{ segment: Segment; records: readonly FoundRecord[]; damagedBytes: number }> {
    const content = await readFile(path);
    const { records, damagedBytes } = scanRecords(content);
    const segment = new Segment(path, openSync(path, 'r'), content.length);
    segment.needed = records.length;
    return { segment, records, damagedBytes };
  }

  private constructor(
    readonly path: string,
    private readonly file: number,
    size: number,
  ) {
    this.size = size;
    this.appendedBytes = size;
  }

  get bytes(): number {
    return this.size;
  }

  /**
   * Appends a record, which is then safe from the end of this process, and from that of the machine after the next
   * {@link sync}.
   *
   * @returns where its content begins.
   * @throws Error of the file system; nothing of the record is left then.
   */
  append(content: Uint8Array): number {
    const needed = RECORD_HEADER_BYTES + content.length;
    const record = needed > SCRATCH_BYTES ? Buffer.allocUnsafe(needed) : scratch;
    const length = writeRecord(record, content);
    const start = this.size;
    try {
      for (let written = 0; written < length;) {
        // A disk that becomes full takes a part of what is written before it refuses the rest.
        written += writeSync(this.file, record, written, length - written, start + written);
      }
    } catch (error) {
      ftruncateSync(this.file, start);
      throw error;
    }
    this.size = start + length;
    this.appendedBytes += length;
    this.needed += 1;
    return start + RECORD_HEADER_BYTES;
  }

  /** @throws Error when the file does not hold that much any more. */
  read(offset: number, length: number): Buffer {
    const content = Buffer.allocUnsafe(length);
    for (let read = 0; read < length;) {
      const count = readSync(this.file, content, read, length - read, offset + read);
      if (count === 0) throw new Error(`${this.path} has lost what was written to it.`);
      read += count;
    }
    return content;
  }

  /** Resolves when all that was appended so far is on disk. Whoever asks while a sync is under way shares the next one. */
  sync(): Promise<void> {
    if (this.syncedBytes === this.appendedBytes) return this.syncing;
    this.nextSync ??= this.syncing
      .catch(() => undefined)
      .then(() => {
        this.nextSync = undefined;
        this.syncing = this.syncNow();
        return this.syncing;
      });
    return this.nextSync;
  }

  /** Forgets all records, of which none is needed, so that the file can be used again. */
  empty(): void {
    ftruncateSync(this.file, 0);
    this.size = 0;
  }

  async close(): Promise<void> {
    await (this.nextSync ?? this.syncing).catch(() => undefined);
    closeSync(this.file);
  }

  async remove(): Promise<void> {
    await this.close();
    await unlink(this.path);
  }

  private async syncNow(): Promise<void> {
    const appendedBytes = this.appendedBytes;
    await promisify(fdatasync)(this.file);
    if (!this.isEntrySynced) await syncDirectory(dirname(this.path));
    this.isEntrySynced = true;
    this.syncedBytes = appendedBytes;
  }
}

/** Without this a file that was synced may have no name after a power cut. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await promisify(fsync)(directory.fd);
  } finally {
    await directory.close();
  }
}
