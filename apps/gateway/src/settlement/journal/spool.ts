import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import { SettingsError } from '@code-router/config';
import { LockHeldError, ProcessLock } from '@code-router/process-lock';
import { SpoolSettings } from '../spool-settings.js';
import { Journal, type Place, type Recovered } from './journal.js';

const LOCK = 'lock';
const FOLDER = /^gateway-[0-9a-f]{16}$/;
const DEAD_FILE = 'dead-settlements.ndjson';
/** Room that is kept for each request under way. Most settlements take a third of it. */
const SETTLEMENT_BYTES = 4_096;
/** From this share on new requests are refused, so that settlements of an unusual size find room as well. */
const FULL_SHARE = 15 / 16;
const CREATE_ATTEMPTS_MAX = 10;

const EMPTY = new Uint8Array(0);

type Take = (records: readonly Recovered[]) => void;

interface Held {
  readonly folder: string;
  readonly journal: Journal;
  readonly lock: ProcessLock;
}

/**
 * Settlements on the disk of this gateway, from before its client sees success until they are in the books. Each process
 * has a folder of its own in the spool's directory, and takes over those of processes that have ended.
 */
@Injectable()
export class Spool {
  private readonly logger = new Logger(Spool.name);
  private readonly directory: string;
  private own: Held | undefined;
  /** Folders that other processes left, until all that is in them is in the books. */
  private readonly abandoned: Held[] = [];
  private failure: Error | undefined;
  private expected = 0;

  constructor(private readonly settings: SpoolSettings) {
    this.directory = resolve(settings.directory);
  }

  get bytes(): number {
    return [this.own, ...this.abandoned].reduce((sum, held) => sum + (held?.journal.bytes ?? 0), 0);
  }

  get bytesMax(): number {
    return this.settings.bytesMax;
  }

  /** Why nothing more can be kept here for requests that are still to come; undefined when it can. */
  get refusal(): string | undefined {
    if (this.failure) return `The spool cannot be written: ${this.failure.message}`;
    const withNextBytes = this.bytes + (this.expected + 1) * SETTLEMENT_BYTES;
    if (this.bytes < this.bytesMax * FULL_SHARE && withNextBytes <= this.bytesMax) return undefined;
    return `The spool is full: ${this.bytes} of ${this.bytesMax} bytes, and ${this.expected} requests are under way.`;
  }

  /** Keeps room for one more settlement, of a request that begins. @returns how to give the room back. */
  expect(): () => void {
    let isExpected = true;
    this.expected += 1;
    return () => {
      if (isExpected) this.expected -= 1;
      isExpected = false;
    };
  }

  /** @throws SettingsError when the directory cannot be used. */
  async open(): Promise<void> {
    try {
      await mkdir(this.directory, { recursive: true, mode: 0o700 });
      this.own = await this.createFolder();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (!code) throw error;
      throw new SettingsError(
        `${this.directory} cannot be written (${code}). Give this user access to it, or set CODE_ROUTER_SPOOL_DIR to ` +
          'another directory.',
        { cause: error },
      );
    }
  }

  /** How many folders of processes that have ended hold something that cannot be read. */
  get unreadFolders(): number {
    return this.abandoned.filter(({ journal }) => !journal.isWhole).length;
  }

  /**
   * Hands over what processes that have ended left, in the order in which each of them kept it, and what could not be read
   * before.
   */
  async takeOver(take: Take): Promise<void> {
    for (const held of this.abandoned.filter(({ journal }) => !journal.isWhole)) await this.recover(held, take);
    for (const name of await readdir(this.directory)) {
      const folder = join(this.directory, name);
      const isKnown = [this.own, ...this.abandoned].some((held) => held?.folder === folder);
      if (isKnown || !FOLDER.test(name)) continue;
      const lock = await lockOf(folder);
      if (!lock) continue;
      const held = { folder, lock, journal: this.journalIn(folder) };
      this.abandoned.push(held);
      await this.recover(held, take);
    }
  }

  /**
   * Keeps a settlement beyond the end of this process.
   *
   * @returns undefined when that is not possible now; {@link refusal} says why.
   */
  append(content: Uint8Array): Place | undefined {
    try {
      if (this.bytes + content.length > this.bytesMax) return undefined;
      const place = this.own?.journal.append(content);
      if (place && this.failure) this.logger.warn('The spool can be written again.');
      if (place) this.failure = undefined;
      return place;
    } catch (error) {
      if (!this.failure) this.logger.error('The spool cannot be written: new requests are refused.', { err: error });
      this.failure = error as Error;
      return undefined;
    }
  }

  /** @throws Error when it is not there any more. */
  read(place: Place): Buffer {
    return place.journal.read(place);
  }

  release(place: Place): void {
    place.journal.release(place);
  }

  /** Resolves when all that was appended so far survives the end of the machine. */
  async sync(): Promise<void> {
    await Promise.all([this.own, ...this.abandoned].map((held) => held?.journal.sync()));
  }

  /** Finds out whether a spool that could not be written can be written again. */
  probe(): void {
    if (!this.failure) return;
    const place = this.append(EMPTY);
    if (place) this.release(place);
  }

  /** Gives back what is not needed any more. */
  async tidy(): Promise<void> {
    this.own?.journal.tidy();
    for (const held of this.abandoned.filter(({ journal }) => journal.isEmpty)) {
      this.abandoned.splice(this.abandoned.indexOf(held), 1);
      await held.journal.close();
    }
  }

  /** Keeps a settlement that can never be in the books, for an operator. */
  async bury(event: unknown, reason: string): Promise<void> {
    const line = `${JSON.stringify({ at: new Date().toISOString(), reason, event })}\n`;
    await appendFile(join(this.directory, DEAD_FILE), line, { mode: 0o600, flush: true });
  }

  async close(): Promise<void> {
    for (const { journal, lock } of [...this.abandoned.splice(0), ...(this.own ? [this.own] : [])]) {
      await journal.close();
      await lock.release();
    }
    this.own = undefined;
  }

  private async createFolder(): Promise<Held> {
    for (let attempt = 1; ; attempt += 1) {
      const folder = join(this.directory, `gateway-${randomBytes(8).toString('hex')}`);
      await mkdir(folder, { mode: 0o700 });
      try {
        const lock = await ProcessLock.acquire(join(folder, LOCK));
        return { folder, lock, journal: this.journalIn(folder) };
      } catch (error) {
        // Another process took the folder for one that was left behind: it was not locked yet.
        if (!isTakenAway(error) || attempt === CREATE_ATTEMPTS_MAX) throw error;
      }
    }
  }

  private async recover({ folder, journal }: Held, take: Take): Promise<void> {
    try {
      await journal.recover((records, damagedBytes) => {
        if (damagedBytes > 0) {
          const message = 'A part of the spool is damaged; the settlements beside it are whole.';
          this.logger.error(message, { folder, damagedBytes });
        }
        take(records);
      });
    } catch (error) {
      // It stays as it is, and is tried again: the other settlements must not wait for it.
      this.logger.error('A part of the spool cannot be read. Its settlements wait.', { folder, err: error });
    }
  }

  private journalIn(folder: string): Journal {
    return new Journal(folder, this.bytesMax, (error) =>
      this.logger.error('A part of the spool that is not needed any more could not be removed.', { err: error }),
    );
  }
}

/** @returns undefined when a living process holds it, or it is gone. */
async function lockOf(folder: string): Promise<ProcessLock | undefined> {
  try {
    return await ProcessLock.acquire(join(folder, LOCK));
  } catch (error) {
    if (isTakenAway(error)) return undefined;
    throw error;
  }
}

function isTakenAway(error: unknown): boolean {
  return error instanceof LockHeldError || (error as NodeJS.ErrnoException).code === 'ENOENT';
}
