import {
  scaledDecimal,
  type PriceTermsText,
  type RatesText,
  type TokenClass,
  type UnitClass,
} from '@code-router/money';

/** Dollars for a token are nanos for a million tokens times 10^15; one credit is taken for one dollar. */
const PLACES = { perToken: 15, perPiece: 9, perThousandPieces: 6 } as const;
export type ForeignUnit = keyof typeof PLACES;

/** Gathers a price out of somebody else's list, and what cannot be taken over as it is. */
export class ForeignPrice {
  private readonly rates: Partial<Record<TokenClass, string>> = {};
  private readonly tierRates = new Map<number, Partial<Record<TokenClass, string>>>();
  private readonly units: Partial<Record<UnitClass, string>> = {};
  private readonly roundedFields: string[] = [];
  private perCallNanos = '0';

  rate(tokenClass: TokenClass, dollars: string, field: string): void {
    this.rates[tokenClass] = this.nanos(dollars, 'perToken', field);
  }

  /** A rate of requests with more input tokens than the threshold. */
  tierRate(aboveInputTokens: number, tokenClass: TokenClass, dollars: string, field: string): void {
    const rates = this.tierRates.get(aboveInputTokens) ?? {};
    rates[tokenClass] = this.nanos(dollars, 'perToken', field);
    this.tierRates.set(aboveInputTokens, rates);
  }

  unit(unitClass: UnitClass, dollars: string, field: string, unit: ForeignUnit = 'perPiece'): void {
    this.units[unitClass] = this.nanos(dollars, unit, field);
  }

  perCall(dollars: string, field: string): void {
    this.perCallNanos = this.nanos(dollars, 'perPiece', field);
  }

  get namesNothing(): boolean {
    return Object.keys(this.rates).length + Object.keys(this.units).length === 0 && this.perCallNanos === '0';
  }

  /** What was rounded, for a person. */
  get notes(): readonly string[] {
    return this.roundedFields.map((field) => `rounded half up to whole nanos: ${field}`);
  }

  /** Tiers replace all rates, so each is completed with the rates of the tier below it. */
  get terms(): PriceTermsText {
    let below: RatesText = this.rates;
    const ordered = [...this.tierRates].toSorted(([left], [right]) => left - right);
    const tiers = ordered.map(([aboveInputTokens, rates]) => {
      below = { ...below, ...rates };
      return { aboveInputTokens, rates: below };
    });
    const hasUnits = Object.keys(this.units).length > 0;
    return {
      rates: this.rates,
      perCallNanos: this.perCallNanos,
      tiers,
      ...(hasUnits ? { units: this.units } : {}),
    };
  }

  /** @throws RangeError when it is not a decimal number, or negative. */
  private nanos(dollars: string, unit: ForeignUnit, field: string): string {
    const { value, isExact } = scaledDecimal(dollars, PLACES[unit]);
    if (value < 0n) throw new RangeError(`${field} is negative: ${dollars}`);
    if (!isExact) this.roundedFields.push(`${field} ${dollars}`);
    return value.toString();
  }
}
