import type { LedgerAudit } from '@code-router/contracts';

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
