import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import type { AuditRequest, LedgerAudit } from '@code-router/contracts';
import { MayBeAbsent } from '../input/rules.js';

export class AuditQueryDto implements AuditRequest {
  /** An audit that began less than so many seconds ago will do, at most a day; one is made now when absent. */
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(86_400)
  readonly maxAgeSeconds?: number;
}

/** What must always be true of the books. Every count is zero when all is well. */
export class LedgerAuditDto implements LedgerAudit {
  readonly accountsWhoseBalanceIsNotTheirLedger!: number;
  readonly accountsWhoseHoldsAreNotTheirReservations!: number;
  readonly keysWhoseHoldsAreNotTheirReservations!: number;
  readonly keysWhoseSpendingIsNotTheirLedger!: number;
  readonly accountsBelowTheirOverdraft!: number;
  readonly reservationsPendingPastTheirLease!: number;
  readonly reservationsWhoseChargeIsNotTheirLedger!: number;
  readonly keysWhoseBudgetIsNotTheirReservations!: number;
  readonly membersWhoseBudgetIsNotTheirReservations!: number;
}
