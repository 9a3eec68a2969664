import { Injectable, Logger } from '@nestjs/common';
import { Reservations } from '../domain/reservations.js';

/** Small enough that a sweep does not keep reservations of the same accounts waiting. */
const BATCH_MAX = 500;

/**
 * Ends the holds of requests whose gateway went away: what was delivered is charged, the rest given back, and nothing
 * stays held for ever.
 */
@Injectable()
export class ExpireReservations {
  private readonly logger = new Logger(ExpireReservations.name);

  constructor(private readonly reservations: Reservations) {}

  /** @returns how many reservations were ended. */
  async execute(): Promise<number> {
    let expired = 0;
    for (let ended = BATCH_MAX; ended === BATCH_MAX; expired += ended) {
      ended = await this.reservations.expire(BATCH_MAX);
    }
    if (expired > 0) this.logger.warn('Reservations expired before they were settled.', { expired });
    return expired;
  }
}
