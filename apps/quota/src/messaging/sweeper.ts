import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Sessions } from '../domain/users.js';
import { ExpireReservations } from '../use-cases/expire-reservations.js';
import { PublishOrphans } from '../use-cases/publish-orphans.js';

const RESERVATIONS_INTERVAL_MS = 2_000;
const SESSIONS_INTERVAL_MS = 10 * 60_000;

/** Ends what is over: reservations every few seconds, sessions now and then. Every replica sweeps; none depends on it. */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Sweeper.name);
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly expireReservations: ExpireReservations,
    private readonly publishOrphans: PublishOrphans,
    private readonly sessions: Sessions,
  ) {}

  onApplicationBootstrap(): void {
    this.every(RESERVATIONS_INTERVAL_MS, 'reservations', async () => {
      await this.expireReservations.execute();
      await this.publishOrphans.execute();
    });
    this.every(SESSIONS_INTERVAL_MS, 'sessions', () => this.sessions.deleteOld());
  }

  async onModuleDestroy(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.underWay.values());
  }

  private every(intervalMs: number, what: string, sweep: () => Promise<unknown>): void {
    const timer = setInterval(() => {
      // A sweep that takes longer than the interval is not joined by a second one.
      if (this.underWay.has(what)) return;
      const done = sweep()
        .then(
          () => undefined,
          // The next sweep tries again.
          (error: unknown) => this.logger.warn(`Sweeping ${what} failed.`, { err: error }),
        )
        .finally(() => this.underWay.delete(what));
      this.underWay.set(what, done);
    }, intervalMs);
    this.timers.push(timer);
  }
}
