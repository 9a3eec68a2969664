import { Logger } from '@nestjs/common';
import { readSettings, wholeNumber } from '@code-router/config';
import { SETTLEMENTS_ASKED_MAX, SettlementMessages, type ReadingPosition } from '@code-router/contracts';
import type { ServiceClient } from '@code-router/messaging';
import type { OpenSettlement } from './open-settlement.js';

const specs = {
  CODE_ROUTER_CONFIRMATION_MS: wholeNumber({ min: 100, max: 600_000 })({
    default: 5_000,
    desc: 'how long the confirmation of a settlement may take before quota is asked for it, in milliseconds',
  }),
} as const;

/** How often that time passes until the books are asked; then until they are asked again, and so on. */
const WAITS = [1, 1, 2, 4, 8, 12];
/** So many questions in a row; the others wait for the next round. */
const QUESTIONS_MAX = 20;

interface Settlements {
  /** It is in the books. */
  confirmed(settlement: OpenSettlement): void;
  /** They are neither in the books nor on their way there: whoever had acknowledged them has lost them. */
  missing(settlements: readonly OpenSettlement[]): void;
}

interface Waiting {
  readonly settlement: OpenSettlement;
  readonly dueAt: number;
}

/**
 * Waits for quota's notices that settlements are in the books, and asks when a notice is late. Notices get lost, and a
 * broker may lose what it has acknowledged; the books are asked because neither can be told from here.
 */
export class ConfirmationWatch {
  private readonly logger = new Logger(ConfirmationWatch.name);
  /** By how often they were asked for; each in the order in which they fall due. */
  private readonly queues: Waiting[][] = WAITS.map(() => []);
  private readonly waitMs = readSettings(specs, process.env, 'gateway').CODE_ROUTER_CONFIRMATION_MS;
  private underWay = false;

  constructor(
    private readonly client: ServiceClient,
    private readonly settlements: Settlements,
  ) {}

  /** From now on a confirmation of this settlement is waited for. */
  watch(settlement: OpenSettlement): void {
    const place = Math.min(settlement.lookUps, WAITS.length - 1);
    this.queues[place]?.push({ settlement, dueAt: Date.now() + this.waitMs * (WAITS[place] ?? 1) });
  }

  /** Notices may have been missed, so that none is waited for any longer. */
  hurry(): void {
    for (const queue of this.queues) {
      const waiting = queue.splice(0);
      for (const { settlement } of waiting) queue.push({ settlement, dueAt: 0 });
    }
  }

  /** Asks for what is due. */
  async look(): Promise<void> {
    if (this.underWay) return;
    this.underWay = true;
    try {
      const due = this.takeDue(SETTLEMENTS_ASKED_MAX * QUESTIONS_MAX);
      for (let from = 0; from < due.length; from += SETTLEMENTS_ASKED_MAX) {
        await this.ask(due.slice(from, from + SETTLEMENTS_ASKED_MAX));
      }
    } finally {
      this.underWay = false;
    }
  }

  private takeDue(countMax: number): OpenSettlement[] {
    const now = Date.now();
    const due: OpenSettlement[] = [];
    for (const queue of this.queues) {
      let taken = 0;
      for (const { settlement, dueAt } of queue) {
        if (due.length >= countMax || (dueAt > now && !settlement.isClosed)) break;
        if (!settlement.isClosed) due.push(settlement);
        taken += 1;
      }
      queue.splice(0, taken);
    }
    return due;
  }

  private async ask(asked: readonly OpenSettlement[]): Promise<void> {
    try {
      const reservationIds = asked.map(({ id }) => id);
      const { posted, reading } = await this.client.request(SettlementMessages.status, { reservationIds });
      const inTheBooks = new Set(posted);
      const missing = asked.filter((settlement) => this.isMissing(settlement, inTheBooks.has(settlement.id), reading));
      if (missing.length > 0) this.settlements.missing(missing);
    } catch (error) {
      this.logger.debug('The books cannot be asked for settlements now.', { err: error });
      for (const settlement of asked) this.watch(settlement);
    }
  }

  private isMissing(settlement: OpenSettlement, isPosted: boolean, reading: ReadingPosition | undefined): boolean {
    if (settlement.isClosed) return false;
    settlement.lookUps += 1;
    if (isPosted) this.settlements.confirmed(settlement);
    else if (isOnItsWay(settlement, reading)) this.watch(settlement);
    else return true;
    return false;
  }
}

/** The log still has it, and quota has not read so far. */
function isOnItsWay({ position }: OpenSettlement, reading: ReadingPosition | undefined): boolean {
  return position !== undefined && reading !== undefined && position > reading.handled && position <= reading.last;
}
