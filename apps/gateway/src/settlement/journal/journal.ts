import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RECORD_HEADER_BYTES, type FoundRecord } from './journal-record.js';
import { Segment } from './segment.js';

const SEGMENT_BYTES_MAX = 4 * 1024 * 1024;
/** A full journal has at least so many segments, so that it can give back space before it is all free. */
const SEGMENTS_MIN = 8;
/** An open segment that nobody needs is used again from its start when it has grown to this. */
const RECYCLE_BYTES = 64 * 1024;
const SEGMENT_NAME = /^segment-(\d{8})$/;

/** Where a record is. */
export interface Place {
  readonly journal: Journal;
  readonly segment: Segment;
  readonly offset: number;
  readonly length: number;
}

/** A record that an earlier process left. */
export interface Recovered {
  readonly place: Place;
  readonly content: Buffer;
}

type Take = (records: readonly Recovered[], damagedBytes: number) => void;

/**
 * An append-only file, in segments that are removed when none of their records is needed any more. Appending is a plain
 * write: what was appended survives this process, and the machine after a sync.
 */
export class Journal {
  private current: Segment | undefined;
  private readonly sealed = new Set<Segment>();
  /** Those of earlier processes that were read. */
  private readonly recoveredNumbers = new Set<string>();
  private isRead = true;
  private nextNumber = 1;
  private usedBytes = 0;

  /** @param bytesMax of all segments together. */
  constructor(
    private readonly folder: string,
    private readonly bytesMax: number,
    private readonly onRemovalFailed: (error: unknown) => void,
  ) {}

  get bytes(): number {
    return this.usedBytes;
  }

  /** Whether nothing in it is needed, as far as that can be told: what could not be read may be. */
  get isEmpty(): boolean {
    return this.isRead && this.sealed.size === 0 && (this.current?.needed ?? 0) === 0;
  }

  /** Whether all that earlier processes left was read. */
  get isWhole(): boolean {
    return this.isRead;
  }

  /**
   * Reads what earlier processes left in the folder, oldest first, one segment at a time; asked again, those that could
   * not be read before.
   *
   * @throws Error of the first segment that cannot be read, once all others are.
   */
  async recover(take: Take): Promise<void> {
    this.isRead = false;
    const numbers = (await readdir(this.folder)).flatMap((name) => SEGMENT_NAME.exec(name)?.[1] ?? []).toSorted();
    const failures: unknown[] = [];
    for (const number of numbers.filter((left) => !this.recoveredNumbers.has(left))) {
      this.nextNumber = Math.max(this.nextNumber, Number(number) + 1);
      try {
        await this.recoverSegment(number, take);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    this.isRead = true;
  }

  private async recoverSegment(number: string, take: Take): Promise<void> {
    const { segment, records, damagedBytes } = await Segment.recover(this.pathOf(number));
    this.recoveredNumbers.add(number);
    this.usedBytes += segment.bytes;
    this.sealed.add(segment);
    take(
      records.map((record) => this.recovered(segment, record)),
      damagedBytes,
    );
    // Whoever took the records may have released all of them, and the segment with them.
    if (segment.needed === 0 && this.sealed.has(segment)) this.remove(segment);
  }

  /**
   * @returns undefined when the journal is full.
   * @throws Error of the file system; the record is not in the journal then.
   */
  append(content: Uint8Array): Place | undefined {
    const added = RECORD_HEADER_BYTES + content.length;
    if (this.usedBytes + added > this.bytesMax) return undefined;
    const segment = this.segmentFor(added);
    const offset = segment.append(content);
    this.usedBytes += added;
    return { journal: this, segment, offset, length: content.length };
  }

  read({ segment, offset, length }: Place): Buffer {
    return segment.read(offset, length);
  }

  /** A record is not needed any more. */
  release({ segment }: Place): void {
    segment.needed -= 1;
    if (segment.needed > 0) return;
    if (this.sealed.has(segment)) this.remove(segment);
    else if (segment === this.current && segment.bytes >= RECYCLE_BYTES) this.recycle();
  }

  /** Resolves when all that was appended so far is on disk. */
  async sync(): Promise<void> {
    await Promise.all([...this.sealed, ...(this.current ? [this.current] : [])].map((segment) => segment.sync()));
  }

  /** Gives back the space of records that nobody needs. */
  tidy(): void {
    if (this.current?.needed === 0 && this.current.bytes > 0) this.recycle();
  }

  /** What is still needed, or could not be read, stays for the next process. */
  async close(): Promise<void> {
    const segments = [...this.sealed, ...(this.current ? [this.current] : [])];
    const isNeeded = segments.some(({ needed }) => needed > 0);
    if (isNeeded) await this.sync();
    await Promise.all(segments.map((segment) => segment.close()));
    if (!isNeeded && this.isRead) await rm(this.folder, { recursive: true, force: true });
  }

  private segmentFor(added: number): Segment {
    const full = this.current && this.current.bytes > 0 && this.current.bytes + added > this.segmentBytesMax;
    if (this.current && full) {
      // Whatever fails in making the next one, this one stays as it is.
      const next = this.createSegment();
      this.sealed.add(this.current);
      if (this.current.needed === 0) this.remove(this.current);
      this.current = next;
    }
    this.current ??= this.createSegment();
    return this.current;
  }

  private createSegment(): Segment {
    const segment = Segment.create(this.pathOf(this.nextNumber.toString()));
    this.nextNumber += 1;
    return segment;
  }

  private get segmentBytesMax(): number {
    return Math.min(SEGMENT_BYTES_MAX, this.bytesMax / SEGMENTS_MIN);
  }

  private recycle(): void {
    if (!this.current) return;
    const { bytes } = this.current;
    this.current.empty();
    this.usedBytes -= bytes;
  }

  private remove(segment: Segment): void {
    this.sealed.delete(segment);
    this.usedBytes -= segment.bytes;
    segment.remove().catch(this.onRemovalFailed);
  }

  private recovered(segment: Segment, { offset, content }: FoundRecord): Recovered {
    return { place: { journal: this, segment, offset, length: content.length }, content };
  }

  private pathOf(number: string): string {
    return join(this.folder, `segment-${number.padStart(8, '0')}`);
  }
}
