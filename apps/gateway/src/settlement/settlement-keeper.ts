import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import {
  usageEvent,
  usageSubject,
  type RefusedSettlement,
  type UsageData,
  type UsageEvent,
} from '@code-router/contracts';
import { faultPoint } from '@code-router/fault-points';
import { ServiceClient, UsageEventLog } from '@code-router/messaging';
import { ConfirmationWatch } from './confirmation-watch.js';
import type { Recovered } from './journal/journal.js';
import { Spool } from './journal/spool.js';
import { OpenSettlement } from './open-settlement.js';
import { SettlementPublisher } from './settlement-publisher.js';

const SOURCE = `/code-router/gateway/${hostname()}`;
const LOOK_EVERY_MS = 250;
/** What the event log has not acknowledged by then is written to disk for sure. */
const SYNC_AFTER_MS = 250;
const CONFIRM_EVERY_MS = 1_000;
const TAKE_OVER_EVERY_MS = 30_000;
/** From then on somebody should look. */
const ALARM_AFTER_MS = 5 * 60_000;
/** How long a shutdown waits for the event log, and then for the books. */
const SHUTDOWN_PUBLISH_MS = 15_000;
const SHUTDOWN_CONFIRM_MS = 3_000;
const SHUTDOWN_LOOK_MS = 20;

/** What a gateway has still to bring into the books. */
export interface SettlementFigures {
  /** Neither the event log nor the disk has them for sure. */
  readonly open: number;
  /** All that are not known to be in the books. */
  readonly unconfirmed: number;
  /** Those that are in memory alone. */
  readonly inMemory: number;
  readonly dead: number;
  readonly oldestUnconfirmedMs: number | null;
}

/**
 * Keeps each settlement until it is in the books: in the spool before the client sees success, in the event log as soon
 * as that has it, and published again when the books do not know it though they should.
 */
@Injectable()
export class SettlementKeeper implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger(SettlementKeeper.name);
  /** By event id, in the order in which they were kept. */
  private readonly unconfirmed = new Map<string, OpenSettlement>();
  /** Those that the event log may not have yet, in that order. */
  private unacknowledged: OpenSettlement[] = [];
  /** Those that the spool did not take. */
  private unspooled: OpenSettlement[] = [];
  private dead = 0;
  private readonly publisher: SettlementPublisher;
  private readonly watch: ConfirmationWatch;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private alarmAt = 0;
  private isRefusing = false;

  constructor(
    private readonly eventLog: UsageEventLog,
    private readonly client: ServiceClient,
    private readonly spool: Spool,
  ) {
    this.publisher = new SettlementPublisher(this.eventLog, {
      bodyOf: (settlement) => this.bodyOf(settlement),
      published: (settlement) => this.published(settlement),
      lost: (settlement, error) => this.lost(settlement, error),
    });
    this.watch = new ConfirmationWatch(this.client, {
      confirmed: (settlement) => this.close(settlement),
      missing: (settlements) => this.publishAgain(settlements),
    });
  }

  async onModuleInit(): Promise<void> {
    await this.spool.open();
    this.client.onReconnected(() => this.watch.hurry());
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.takeOver();
    this.every(LOOK_EVERY_MS, () => this.look());
    this.every(CONFIRM_EVERY_MS, () => this.lookForConfirmations());
    this.every(TAKE_OVER_EVERY_MS, () => this.takeOver());
  }

  /** Why no request may begin now, whose settlement might not be kept; undefined when one may. */
  get refusal(): string | undefined {
    return this.spool.refusal;
  }

  /** A request begins, whose settlement will have to be kept. @returns to be called when the request has ended. */
  expect(): () => void {
    return this.spool.expect();
  }

  get figures(): SettlementFigures {
    let open = 0;
    let inMemory = 0;
    for (const { position, isSynced, place } of this.unconfirmed.values()) {
      if (position === undefined && !isSynced) open += 1;
      if (place === undefined) inMemory += 1;
    }
    const { dead, oldestUnconfirmedMs } = this;
    return { open, unconfirmed: this.unconfirmed.size, inMemory, dead, oldestUnconfirmedMs };
  }

  /**
   * Takes charge of a settlement. When this returns, it survives the end of this process, as long as the spool takes it.
   * It does not fail, and of two settlements of one reservation the first holds.
   */
  keep(data: UsageData): void {
    const event = usageEvent(data, SOURCE);
    if (this.unconfirmed.has(event.id)) return;
    const body = Buffer.from(JSON.stringify(event));
    const settlement = new OpenSettlement(event.id, usageSubject(event), body, this.spool.append(body));
    if (!settlement.place) this.unspooled.push(settlement);
    this.unconfirmed.set(event.id, settlement);
    this.unacknowledged.push(settlement);
    faultPoint('settlement.made');
    this.publisher.publish(settlement);
  }

  /** These are in the books. */
  confirm(reservationIds: readonly string[]): void {
    for (const id of reservationIds) {
      const settlement = this.unconfirmed.get(id);
      if (settlement) this.close(settlement);
    }
  }

  /** These can never be in the books: they are laid aside for an operator. */
  async bury(refused: readonly RefusedSettlement[]): Promise<void> {
    for (const { reservationId, reason } of refused) {
      const settlement = this.unconfirmed.get(reservationId);
      if (!settlement) continue;
      const event = JSON.parse(Buffer.from(this.bodyOf(settlement)).toString()) as UsageEvent;
      this.logger.error(`A settlement was refused by the books: ${reason}`, { event });
      await this.spool.bury(event, reason);
      this.dead += 1;
      this.close(settlement);
    }
  }

  /** The books of this process, in the standalone form, are still open now: they close after all modules heard of it. */
  async onModuleDestroy(): Promise<void> {
    await this.until(() => this.isAllPublished, SHUTDOWN_PUBLISH_MS);
    await this.until(() => this.unconfirmed.size === 0, SHUTDOWN_CONFIRM_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.publisher.stop();
    await Promise.all(this.underWay);
    this.spoolAgain();
    const { unconfirmed } = this.figures;
    if (unconfirmed > 0) this.logger.warn('Settlements are left in the spool for the next start.', { unconfirmed });
    for (const settlement of this.unspooled.filter(({ isClosed }) => !isClosed)) {
      // The last resort: an operator can publish it again from the log.
      const event = Buffer.from(this.bodyOf(settlement)).toString();
      this.logger.error('A settlement is neither published nor in the spool when the process ends.', { event });
    }
    await this.spool.close();
  }

  private get oldestUnconfirmedMs(): number | null {
    const { value: oldest } = this.unconfirmed.values().next();
    return oldest ? Date.now() - oldest.keptAt : null;
  }

  /** Whether the event log has acknowledged all. */
  get isAllPublished(): boolean {
    for (const { position } of this.unconfirmed.values()) if (position === undefined) return false;
    return true;
  }

  private bodyOf({ body, place }: OpenSettlement): Uint8Array {
    if (body) return body;
    if (!place) throw new Error('a settlement is neither in memory nor in the spool');
    return this.spool.read(place);
  }

  private published(settlement: OpenSettlement): void {
    faultPoint('settlement.acknowledged');
    if (settlement.isClosed) return;
    // From here on it is rarely needed again.
    if (settlement.place) settlement.body = undefined;
    this.watch.watch(settlement);
  }

  private publishAgain(settlements: readonly OpenSettlement[]): void {
    this.logger.warn('Settlements that were published are not in the books: publishing them again.', {
      count: settlements.length,
      first: settlements[0]?.id,
    });
    for (const settlement of settlements) {
      settlement.losses += 1;
      settlement.position = undefined;
      this.unacknowledged.push(settlement);
      this.publisher.publish(settlement);
    }
  }

  private lost(settlement: OpenSettlement, error: unknown): void {
    this.logger.error('A settlement is gone from the spool and cannot be published.', {
      reservationId: settlement.id,
      err: error,
    });
    this.dead += 1;
    this.close(settlement);
  }

  private close(settlement: OpenSettlement): void {
    if (settlement.isClosed) return;
    settlement.isClosed = true;
    settlement.body = undefined;
    this.unconfirmed.delete(settlement.id);
    if (settlement.place) this.spool.release(settlement.place);
  }

  private takeOver(): Promise<void> {
    return this.spool.takeOver((records) => {
      const taken = records.flatMap((record) => this.take(record));
      if (taken.length > 0)
        this.logger.log('Settlements of a process that ended are published.', { count: taken.length });
      this.publisher.replay(taken);
    });
  }

  private take({ place, content }: Recovered): readonly OpenSettlement[] {
    const event = readEvent(content);
    if (!event || this.unconfirmed.has(event.id)) {
      // An empty record is one that a process wrote to see whether it could.
      if (!event && content.length > 0) this.logger.error('A record of the spool is no settlement.');
      this.spool.release(place);
      return [];
    }
    const keptAt = Date.parse(event.time);
    const settlement = new OpenSettlement(event.id, usageSubject(event), undefined, place, keptAt);
    this.unconfirmed.set(event.id, settlement);
    this.unacknowledged.push(settlement);
    return [settlement];
  }

  /** Sees to it that what the event log is slow to acknowledge is on disk, and tells operators when nothing more is taken. */
  private async look(): Promise<void> {
    this.spoolAgain();
    this.tellOfRefusal();
    const dueBefore = Date.now() - SYNC_AFTER_MS;
    const waiting = this.unacknowledged.filter(
      ({ position, isClosed, isSynced }) => position === undefined && !isClosed && !isSynced,
    );
    this.unacknowledged = waiting;
    const due = waiting.filter(({ keptAt, place }) => keptAt < dueBefore && place);
    if (due.length === 0) return;
    await this.spool.sync();
    for (const settlement of due) settlement.isSynced = true;
  }

  /** Offers to the spool what it did not take, and finds out whether it takes anything again. */
  private spoolAgain(): void {
    this.unspooled = this.unspooled.filter((settlement) => {
      if (settlement.isClosed) return false;
      settlement.place = this.spool.append(this.bodyOf(settlement));
      return !settlement.place;
    });
    this.spool.probe();
  }

  private tellOfRefusal(): void {
    const { refusal } = this;
    if (this.isRefusing === (refusal !== undefined)) return;
    this.isRefusing = refusal !== undefined;
    if (refusal) this.logger.error(`New requests are refused: ${refusal}`, { unconfirmed: this.unconfirmed.size });
    else this.logger.log('New requests are taken again.');
  }

  private async lookForConfirmations(): Promise<void> {
    await this.watch.look();
    await this.spool.tidy();
    const { oldestUnconfirmedMs } = this;
    if (oldestUnconfirmedMs === null || oldestUnconfirmedMs < ALARM_AFTER_MS || Date.now() < this.alarmAt) return;
    this.alarmAt = Date.now() + ALARM_AFTER_MS;
    this.logger.error('Settlements have been waiting for long to be in the books.', {
      oldestUnconfirmedMs,
      unconfirmed: this.unconfirmed.size,
    });
  }

  private async until(isDone: () => unknown, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!isDone() && Date.now() < deadline) await sleep(SHUTDOWN_LOOK_MS);
  }

  private every(intervalMs: number, work: () => Promise<void>): void {
    let isUnderWay = false;
    const timer = setInterval(() => {
      if (isUnderWay) return;
      isUnderWay = true;
      const done = work()
        .catch((error: unknown) =>
          this.logger.error('Settlements could not be looked after; trying again.', { err: error }),
        )
        .finally(() => {
          isUnderWay = false;
          this.underWay.delete(done);
        });
      this.underWay.add(done);
    }, intervalMs);
    this.timers.push(timer.unref());
  }
}

function readEvent(content: Buffer): UsageEvent | undefined {
  try {
    return JSON.parse(content.toString()) as UsageEvent;
  } catch {
    return undefined;
  }
}
