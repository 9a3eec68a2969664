import type { TopUpAmounts, TopUpPackage } from '@code-router/contracts';
import { AMOUNT_NANOS_MAX } from './limits.js';

/** What can be bought, and what it costs. */
export interface TopUpOffer {
  readonly currency: string;
  readonly packages: readonly TopUpPackage[];
  readonly amounts?: TopUpAmounts;
}

/** One credit for one dollar. */
export const TOP_UP_OFFER_DEFAULT: TopUpOffer = {
  currency: 'usd',
  packages: [5, 20, 100].map((dollars) => ({
    id: `usd-${dollars}`,
    name: `${dollars} credits`,
    names: { zh: `${dollars} 积分` },
    priceMinorUnits: dollars * 100,
    creditNanos: (BigInt(dollars) * 1_000_000_000n).toString(),
  })),
  amounts: { minorUnitsMin: 500, minorUnitsMax: 100_000, nanosPerMinorUnit: '10000000' },
};

/** What providers take at most for one payment, in minor units: eight digits. */
const MINOR_UNITS_MAX = 99_999_999;
const PACKAGES_MAX = 50;

/** @throws Error saying what is wrong with a setting that was entered as JSON. */
export function topUpOfferFrom(json: string): TopUpOffer {
  const { currency, packages, amounts, ...rest } = members('the offer', JSON.parse(json));
  expectNothingElse('the offer', rest);
  if (typeof currency !== 'string' || !/^[a-z]{3}$/.test(currency)) {
    throw new Error('currency must be three lower-case letters, such as usd');
  }
  if (!Array.isArray(packages) || packages.length > PACKAGES_MAX) {
    throw new Error(`packages must be a list of at most ${PACKAGES_MAX}`);
  }
  const read = packages.map(packageFrom);
  if (new Set(read.map(({ id }) => id)).size < read.length) throw new Error('the ids of packages must differ');
  if (read.length === 0 && amounts === undefined) throw new Error('there must be packages or amounts to buy');
  return { currency, packages: read, ...(amounts === undefined ? {} : { amounts: amountsFrom(amounts) }) };
}

function packageFrom(value: unknown, index: number): TopUpPackage {
  const where = `packages[${index}]`;
  const { id, name, names, priceMinorUnits, creditNanos, ...rest } = members(where, value);
  expectNothingElse(where, rest);
  if (typeof id !== 'string' || !/^[A-Za-z0-9._-]{1,64}$/.test(id)) throw new Error(`${where}.id must be a short name`);
  if (!isName(name)) throw new Error(`${where}.name must be a text`);
  return {
    id,
    name,
    ...(names === undefined ? {} : { names: namesFrom(`${where}.names`, names) }),
    priceMinorUnits: minorUnits(`${where}.priceMinorUnits`, priceMinorUnits),
    creditNanos: positiveNanos(`${where}.creditNanos`, creditNanos),
  };
}

function namesFrom(where: string, value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(members(where, value)).map(([language, name]) => {
      if (!/^[a-z]{2}$/.test(language)) throw new Error(`${where} is by language, such as zh`);
      if (!isName(name)) throw new Error(`${where}.${language} must be a text`);
      return [language, name];
    }),
  );
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= 200;
}

function amountsFrom(value: unknown): TopUpAmounts {
  const { minorUnitsMin, minorUnitsMax, nanosPerMinorUnit, ...rest } = members('amounts', value);
  expectNothingElse('amounts', rest);
  const min = minorUnits('amounts.minorUnitsMin', minorUnitsMin);
  const max = minorUnits('amounts.minorUnitsMax', minorUnitsMax);
  if (min > max) throw new Error('amounts.minorUnitsMin must not be above amounts.minorUnitsMax');
  const rate = positiveNanos('amounts.nanosPerMinorUnit', nanosPerMinorUnit);
  if (BigInt(rate) * BigInt(max) > AMOUNT_NANOS_MAX) throw new Error(`amounts buy at most ${AMOUNT_NANOS_MAX} nanos`);
  return { minorUnitsMin: min, minorUnitsMax: max, nanosPerMinorUnit: rate };
}

function members(where: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error(`${where} must be an object`);
}

function expectNothingElse(where: string, rest: Record<string, unknown>): void {
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new Error(`${where} has an unknown member: ${unknown}`);
}

function minorUnits(where: string, value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MINOR_UNITS_MAX) return Number(value);
  throw new Error(`${where} must be a whole number from 1 to ${MINOR_UNITS_MAX}`);
}

function positiveNanos(where: string, value: unknown): string {
  const isNanos = typeof value === 'string' && /^[1-9]\d{0,18}$/.test(value) && BigInt(value) <= AMOUNT_NANOS_MAX;
  if (isNanos) return value;
  throw new Error(`${where} must be a whole number of nanos above zero, as a decimal string`);
}
