import type { LogPosition } from '@code-router/messaging';
import type { Place } from './journal/journal.js';

/** A settlement that is not yet in the books, as far as this gateway knows. */
export class OpenSettlement {
  /** Where the event log keeps it; undefined until the log has acknowledged it. */
  position: LogPosition | undefined;
  /** How often the log had it and the books did not. */
  losses = 0;
  /** How often the books were asked for it. */
  lookUps = 0;
  /** It survives the end of this machine: the disk has it. */
  isSynced = false;
  /** Nobody needs it any more. */
  isClosed = false;

  constructor(
    readonly id: string,
    readonly subject: string,
    /** The event as JSON; undefined when it has to be read from its place. */
    public body: Uint8Array | undefined,
    /** Where it is in the journal; undefined while it is in memory alone. */
    public place: Place | undefined,
    readonly keptAt = Date.now(),
  ) {}

  /**
   * The log drops what it has seen, also when it has lost it since: an event that it lost needs an id of its own.
   * Consumers know it by the id in the event.
   */
  get messageId(): string {
    return this.losses === 0 ? this.id : `${this.id}:again-${this.losses}`;
  }
}
