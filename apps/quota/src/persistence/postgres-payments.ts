import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Payment, PaymentProviderName } from '@code-router/contracts';
import { accountIsDisabled, noSuchAccount } from '../domain/not-found.js';
import type { PageStart, Positioned } from '../domain/page.js';
import { lostMinorUnits, nanosToReverse } from '../domain/payment-claims.js';
import {
  PaymentProviders,
  Payments,
  type KnownPayment,
  type NewPayment,
  type PaymentClaim,
  type PaymentFact,
} from '../domain/payments.js';
import { lockFunds, postEntry } from './post-entry.js';
import {
  FIND_PAYMENT,
  INSERT_PAYMENT,
  LIST_CLAIMS,
  LIST_PAYMENTS,
  LOCK_INTENT,
  LOCK_PAYMENT,
  LOCK_PAYMENT_OF_INTENT,
  MARK_PAID,
  MARK_UNPAID,
  NOTE_CHECKOUT,
  NOTE_REVERSAL,
  UPSERT_CLAIM,
} from './payments.sql.js';

interface PaymentRow extends Omit<Payment, 'createdAt' | 'paidAt' | 'realMoney' | 'notice'> {
  readonly position: string;
  readonly createdAt: Date;
  readonly paidAt: Date | null;
  readonly checkoutId: string | null;
  readonly writtenOffNanos: string;
  readonly reversalCount: number;
}

type PaidFact = Extract<PaymentFact, { kind: 'paid' }>;
type ClaimFact = Extract<PaymentFact, { kind: 'claim' }>;

@Injectable()
export class PostgresPayments extends Payments {
  private readonly logger = new Logger(PostgresPayments.name);

  constructor(
    @InjectDataSource('quota') private readonly dataSource: DataSource,
    private readonly providers: PaymentProviders,
  ) {
    super();
  }

  override open(payment: NewPayment): Promise<Payment> {
    return this.dataSource.transaction(async (manager) => {
      const funds = await lockFunds(manager, payment.accountId);
      if (!funds) throw noSuchAccount(payment.accountId);
      if (funds.status === 'disabled') throw accountIsDisabled();
      const [row] = await manager.query<PaymentRow[]>(INSERT_PAYMENT, [
        payment.id,
        payment.accountId,
        payment.userId,
        payment.provider,
        payment.currency,
        payment.priceMinorUnits,
        payment.creditNanos,
      ]);
      if (!row) throw new Error('a payment was inserted but not returned');
      return this.paymentOf(row);
    });
  }

  override async noteCheckout(id: string, checkoutId: string): Promise<void> {
    await this.dataSource.query(NOTE_CHECKOUT, [id, checkoutId]);
  }

  override async find(accountId: string, id: string): Promise<KnownPayment | null> {
    const [row] = await this.dataSource.query<PaymentRow[]>(FIND_PAYMENT, [accountId, id]);
    return row ? { payment: this.paymentOf(row), checkoutId: row.checkoutId } : null;
  }

  override async list(accountId: string, start: PageStart): Promise<readonly Positioned<Payment>[]> {
    const rows = await this.dataSource.query<PaymentRow[]>(LIST_PAYMENTS, [start.before, start.limit + 1, accountId]);
    return rows.map((row) => ({ position: BigInt(row.position), item: this.paymentOf(row) }));
  }

  override record(provider: PaymentProviderName, fact: PaymentFact): Promise<void> {
    return this.dataSource.transaction(async (manager) => {
      switch (fact.kind) {
        case 'paid':
          return this.recordPaid(manager, provider, fact);
        case 'expired': {
          const [payment] = await manager.query<PaymentRow[]>(LOCK_PAYMENT, [provider, fact.paymentId]);
          const isThis = payment && (payment.checkoutId ?? fact.checkoutId) === fact.checkoutId;
          if (isThis && payment.status === 'open') await manager.query(MARK_UNPAID, [payment.id, 'expired']);
          return;
        }
        case 'claim':
          return recordClaim(manager, provider, fact);
        default:
          return unknownFact(fact);
      }
    });
  }

  private async recordPaid(manager: EntityManager, provider: PaymentProviderName, fact: PaidFact): Promise<void> {
    await manager.query(LOCK_INTENT, [provider, fact.intentId]);
    const [payment] = await manager.query<PaymentRow[]>(LOCK_PAYMENT, [provider, fact.paymentId]);
    if (!payment || (payment.checkoutId ?? fact.checkoutId) !== fact.checkoutId) {
      this.logger.warn('A payment was made that nobody here has begun.', { provider, ...fact });
      return;
    }
    if (payment.status === 'paid') return;
    if (payment.priceMinorUnits !== fact.minorUnits || payment.currency !== fact.currency) {
      this.logger.error('Something else was paid than was asked; nothing is credited.', { provider, ...fact });
      await manager.query(MARK_UNPAID, [payment.id, 'mismatched']);
      return;
    }
    await manager.query(MARK_PAID, [payment.id, fact.checkoutId, fact.intentId]);
    await lockFunds(manager, payment.accountId);
    await postEntry(manager, {
      accountId: payment.accountId,
      kind: 'payment',
      counterpart: counterpartOf(provider),
      reference: payment.id,
      amountNanos: BigInt(payment.creditNanos),
      note: noteOf(provider, fact.intentId),
    });
    await settleClaims(manager, provider, fact.intentId, payment);
  }

  private paymentOf(row: PaymentRow): Payment {
    const { id, accountId, provider, status, currency, priceMinorUnits, creditNanos, reversedNanos } = row;
    const notice = this.providers.find(provider)?.notice;
    return {
      id,
      accountId,
      provider,
      status,
      currency,
      priceMinorUnits,
      creditNanos,
      reversedNanos,
      createdAt: row.createdAt.toISOString(),
      paidAt: row.paidAt?.toISOString() ?? null,
      realMoney: row.provider !== 'trial',
      ...(notice === undefined ? {} : { notice }),
    };
  }
}

async function recordClaim(manager: EntityManager, provider: PaymentProviderName, fact: ClaimFact): Promise<void> {
  const { intentId, claimId, claim } = fact;
  await manager.query(LOCK_INTENT, [provider, intentId]);
  await manager.query(UPSERT_CLAIM, [provider, intentId, claimId, claim.kind, claim.minorUnits, claim.dropped]);
  const [payment] = await manager.query<PaymentRow[]>(LOCK_PAYMENT_OF_INTENT, [provider, intentId]);
  if (payment) await settleClaims(manager, provider, intentId, payment);
}

/**
 * Makes the ledger say what all claims together say. Where the balance cannot pay for it, the rest is written off, and
 * what comes back later pays for the write-off first. The entry that adds comes first: the balance is never below its
 * floor in between.
 */
async function settleClaims(
  manager: EntityManager,
  provider: PaymentProviderName,
  intentId: string,
  payment: PaymentRow,
): Promise<void> {
  const claims = await manager.query<PaymentClaim[]>(LIST_CLAIMS, [provider, intentId]);
  const price = BigInt(payment.priceMinorUnits);
  const reversed = BigInt(payment.reversedNanos);
  const writtenOff = BigInt(payment.writtenOffNanos);
  const target = nanosToReverse(BigInt(payment.creditNanos), price, lostMinorUnits(claims, price));
  if (target === reversed) return;
  const funds = await lockFunds(manager, payment.accountId);
  if (!funds) throw new Error(`the account of the payment ${payment.id} is not there`);
  const change = reversed - target;
  const spendable = funds.balanceNanos + funds.overdraftNanos;
  const shortfall = -change > spendable ? -change - spendable : 0n;
  const recovered = change > 0n ? min(change, writtenOff) : 0n;
  const entry = {
    accountId: payment.accountId,
    reference: `${payment.id}:${payment.reversalCount + 1}`,
    note: noteOf(provider, intentId),
  };
  const reversal = { ...entry, kind: 'payment_reversal', counterpart: counterpartOf(provider) } as const;
  const writeOff = { ...entry, counterpart: 'write_offs' };
  if (shortfall > 0n) await postEntry(manager, { ...writeOff, kind: 'write_off', amountNanos: shortfall });
  await postEntry(manager, { ...reversal, amountNanos: change });
  if (recovered > 0n) await postEntry(manager, { ...writeOff, kind: 'write_off_reversal', amountNanos: -recovered });
  await manager.query(NOTE_REVERSAL, [payment.id, target, writtenOff + shortfall - recovered]);
}

function counterpartOf(provider: PaymentProviderName): string {
  return provider === 'trial' ? 'trial_payments' : 'payments';
}

function noteOf(provider: PaymentProviderName, intentId: string): string {
  return provider === 'trial' ? 'Trial payment: not real money' : `${provider} ${intentId}`;
}

function min(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

function unknownFact(fact: never): never {
  throw new RangeError(`No rule is known for the fact ${JSON.stringify(fact)}`);
}
