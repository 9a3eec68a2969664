import type { CatalogModel } from '@code-router/contracts';
import { priceTermsFromText, rateFor, type PriceTerms, type TokenClass, type UnitClass } from '@code-router/money';

/** A model of the catalogue, read once for everything that the page does with it. */
export interface PricedModel {
  readonly model: CatalogModel;
  readonly terms: PriceTerms;
  readonly multiplierMillionths: bigint;
  /** Everything that the search looks through, in lower case. */
  readonly searched: string;
  readonly modalities: ReadonlySet<string>;
}

export function pricedModel(model: CatalogModel): PricedModel {
  const { name, displayName, vendor, description, tags, aliases } = model;
  let terms: PriceTerms | undefined;
  return {
    model,
    // Read for the models that are looked at: of a thousand, the first view shows some fifteen.
    get terms() {
      terms ??= priceTermsFromText(model.terms);
      return terms;
    },
    multiplierMillionths: BigInt(model.multiplierMillionths),
    searched: [name, displayName, vendor, description, ...tags, ...aliases].join('\n').toLowerCase(),
    modalities: new Set([...model.inputModalities, ...model.outputModalities]),
  };
}

/** Beside input, output and cached input, which have columns of their own. */
const OTHER_CLASSES = ['cacheWrite5m', 'cacheWrite1h', 'inputImage', 'inputAudio', 'outputAudio'] as const;

/** One of the less common parts of a price. */
export type OtherPrice =
  | { readonly kind: 'tokens'; readonly of: TokenClass; readonly nanos: bigint }
  | { readonly kind: 'unit'; readonly of: UnitClass; readonly nanos: bigint }
  | { readonly kind: 'call'; readonly nanos: bigint }
  | { readonly kind: 'tier'; readonly aboveInputTokens: number };

/** What a price has beside the rates of input, cached input and output. */
export function otherPrices({ rates, perCallNanos, units = {}, tiers }: PriceTerms): readonly OtherPrice[] {
  return [
    ...(perCallNanos > 0n ? [{ kind: 'call', nanos: perCallNanos } as const] : []),
    ...OTHER_CLASSES.flatMap((of) => {
      const nanos = rates[of];
      return nanos === undefined ? [] : [{ kind: 'tokens', of, nanos } as const];
    }),
    ...(Object.entries(units) as [UnitClass, bigint][]).map(([of, nanos]) => ({ kind: 'unit', of, nanos }) as const),
    ...tiers.map(({ aboveInputTokens }) => ({ kind: 'tier', aboveInputTokens }) as const),
  ];
}

/** Nanos per million tokens as the viewer pays them, in millionths: for comparing, not for showing. */
export function paidRate({ terms, multiplierMillionths }: PricedModel, tokenClass: TokenClass): bigint {
  return rateFor(tokenClass, terms.rates) * multiplierMillionths;
}
