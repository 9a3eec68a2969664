import {
  costNanos,
  rateFor,
  ratesFor,
  surchargesFor,
  TOKEN_CLASSES,
  UNIT_CLASSES,
  type TokenClass,
  type TokenUsage,
  type UnitClass,
  type UnitUsage,
} from '@code-router/money';
import type { PricedModel } from './priced-model';

/** What a request is expected to use. */
export interface ExpectedUsage {
  readonly tokens: TokenUsage;
  readonly units: UnitUsage;
}

/** One part of what a request costs, before the multiplier. */
export type CostLine =
  | { readonly kind: 'tokens'; readonly of: TokenClass; readonly count: number; readonly nanos: bigint }
  | { readonly kind: 'unit'; readonly of: UnitClass; readonly count: number; readonly nanos: bigint }
  | { readonly kind: 'call'; readonly nanos: bigint };

export interface ExpectedCost {
  /** Exactly what the gateway would charge for this usage. */
  readonly nanos: bigint;
  readonly lines: readonly CostLine[];
  /** The tier that applies; absent for the base rates. */
  readonly tierAboveInputTokens?: number;
}

/** What a request would cost, by the arithmetic that it would be charged with. */
export function expectedCost({ terms, multiplierMillionths }: PricedModel, usage: ExpectedUsage): ExpectedCost {
  const { tokens, units } = usage;
  const rates = ratesFor(tokens, terms);
  const tier = terms.tiers.find((one) => one.rates === rates);
  return {
    nanos: costNanos(tokens, terms, multiplierMillionths, surchargesFor(units, terms)),
    lines: [
      ...(terms.perCallNanos > 0n ? [{ kind: 'call', nanos: terms.perCallNanos } as const] : []),
      ...TOKEN_CLASSES.flatMap((of) => {
        const count = tokens[of] ?? 0;
        return count === 0 ? [] : [{ kind: 'tokens', of, count, nanos: rateFor(of, rates) } as const];
      }),
      ...UNIT_CLASSES.flatMap((of) => {
        const count = units[of] ?? 0;
        const nanos = terms.units?.[of];
        return count === 0 || nanos === undefined ? [] : [{ kind: 'unit', of, count, nanos } as const];
      }),
    ],
    ...(tier ? { tierAboveInputTokens: tier.aboveInputTokens } : {}),
  };
}

/** The classes that some of the models price, beside those that every form has. */
export function pricedClasses(models: readonly PricedModel[]): {
  readonly tokens: readonly TokenClass[];
  readonly units: readonly UnitClass[];
} {
  const always: readonly TokenClass[] = ['input', 'output', 'cachedInput'];
  const namesRate = (of: TokenClass) =>
    models.some(({ terms }) => [terms.rates, ...terms.tiers.map(({ rates }) => rates)].some((rates) => of in rates));
  return {
    tokens: TOKEN_CLASSES.filter((of) => !always.includes(of) && namesRate(of)),
    units: UNIT_CLASSES.filter((of) => models.some(({ terms }) => terms.units?.[of] !== undefined)),
  };
}
