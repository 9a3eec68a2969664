import { Injectable, Logger } from '@nestjs/common';
import {
  storable,
  type DeliveredUsage,
  type ExtendReply,
  type ExtendRequest,
  type UsageContext,
} from '@code-router/contracts';
import { TOKEN_CLASSES, UNIT_CLASSES, type UnitUsage } from '@code-router/money';
import { InputChecks } from '../domain/input-checks.js';
import { AMOUNT_NANOS_MAX, CONTEXT_LENGTH_MAX, LEASE_MS_MAX, PER_MINUTE_MAX } from '../domain/limits.js';
import { Reservations } from '../domain/reservations.js';

/** Keeps a hold alive while its request is still being answered, with what was delivered so far. */
@Injectable()
export class ExtendLease {
  private readonly logger = new Logger(ExtendLease.name);

  constructor(private readonly reservations: Reservations) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: ExtendRequest): Promise<ExtendReply> {
    const checks = new InputChecks();
    const reservationId = checks.uuid('reservationId', request.reservationId);
    const leaseMs = checks.wholeNumber('leaseMs', request.leaseMs, { min: 1, max: LEASE_MS_MAX });
    const delivered = checks.optional(request.delivered, (value) => deliveredFrom(value, checks)) ?? null;
    const given = checks.optional(request.context, (value) => objectFrom('context', value, checks));
    checks.done();
    const context = given === undefined ? null : this.kept(given, reservationId);
    return { extended: await this.reservations.extend({ reservationId, leaseMs, delivered, context }) };
  }

  /**
   * What is said about the request, as the database can keep it: null where it is too long. It is for those who read the
   * event, and partly what callers say of themselves; the hold must not depend on it.
   */
  private kept(context: object, reservationId: string): UsageContext | null {
    const text = JSON.stringify(context);
    if (text.length <= CONTEXT_LENGTH_MAX) return storable(context, text) as UsageContext;
    this.logger.warn(`What is said about a request is longer than ${CONTEXT_LENGTH_MAX} characters, and is not kept.`, {
      reservationId,
      characters: text.length,
    });
    return null;
  }
}

function deliveredFrom(value: unknown, checks: InputChecks): DeliveredUsage {
  const delivered = objectFrom('delivered', value, checks) as Partial<DeliveredUsage>;
  const tokens = objectFrom('delivered.tokens', delivered.tokens, checks) as Partial<DeliveredUsage['tokens']>;
  const count = (field: string, tokenCount: unknown) =>
    checks.wholeNumber(field, tokenCount, { min: 0, max: PER_MINUTE_MAX });
  const units = checks.optional(delivered.units, (given) => unitsFrom(given, checks));
  return {
    amountNanos: checks
      .nanos('delivered.amountNanos', delivered.amountNanos, { min: 0n, max: AMOUNT_NANOS_MAX })
      .toString(),
    tokens: Object.fromEntries(
      TOKEN_CLASSES.map((name) => [name, count(`delivered.tokens.${name}`, tokens[name] ?? 0)]),
    ) as unknown as DeliveredUsage['tokens'],
    reasoningTokens: count('delivered.reasoningTokens', delivered.reasoningTokens ?? 0),
    ...(units && { units }),
  };
}

function unitsFrom(value: unknown, checks: InputChecks): UnitUsage {
  const units = objectFrom('delivered.units', value, checks) as UnitUsage;
  const bounds = { min: 0, max: PER_MINUTE_MAX };
  const used = UNIT_CLASSES.filter((name) => units[name] !== undefined);
  return Object.fromEntries(
    used.map((name) => [name, checks.wholeNumber(`delivered.units.${name}`, units[name], bounds)]),
  );
}

function objectFrom(field: string, value: unknown, checks: InputChecks): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  checks.refuse(field, 'must be an object');
  return {};
}
