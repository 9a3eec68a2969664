import { Injectable } from '@nestjs/common';
import type { DeliveredUsage, ExtendReply, ExtendRequest, UsageContext } from '@code-router/contracts';
import { TOKEN_CLASSES, UNIT_CLASSES, type UnitUsage } from '@code-router/money';
import { InputChecks } from '../domain/input-checks.js';
import { AMOUNT_NANOS_MAX, CONTEXT_LENGTH_MAX, LEASE_MS_MAX, PER_MINUTE_MAX } from '../domain/limits.js';
import { Reservations } from '../domain/reservations.js';

/** Keeps a hold alive while its request is still being answered, with what was delivered so far. */
@Injectable()
export class ExtendLease {
  constructor(private readonly reservations: Reservations) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: ExtendRequest): Promise<ExtendReply> {
    const checks = new InputChecks();
    const reservationId = checks.uuid('reservationId', request.reservationId);
    const leaseMs = checks.wholeNumber('leaseMs', request.leaseMs, { min: 1, max: LEASE_MS_MAX });
    const delivered = checks.optional(request.delivered, (value) => deliveredFrom(value, checks)) ?? null;
    const context = checks.optional(request.context, (value) => contextFrom(value, checks)) ?? null;
    checks.done();
    return { extended: await this.reservations.extend({ reservationId, leaseMs, delivered, context }) };
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

/** What it says is for those who read the event; here it only has to be of a decent size. */
function contextFrom(value: unknown, checks: InputChecks): UsageContext {
  const context = objectFrom('context', value, checks) as unknown as UsageContext;
  const text = JSON.stringify(context);
  if (text.length > CONTEXT_LENGTH_MAX) {
    checks.refuse('context', `must have at most ${CONTEXT_LENGTH_MAX} characters as JSON`);
  }
  // PostgreSQL keeps no NUL in JSON.
  if (text.includes('\\u0000')) checks.refuse('context', 'must not contain NUL characters');
  return context;
}

function objectFrom(field: string, value: unknown, checks: InputChecks): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  checks.refuse(field, 'must be an object');
  return {};
}
