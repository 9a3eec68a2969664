import { bool, EnvError, makeValidator, str } from 'envalid';
import { readSettings } from '@code-router/config';
import { NANOS_PER_CREDIT, QUOTA_UNITS_PER_CREDIT_DEFAULT } from '@code-router/money';

/** A nano must be a whole part of it, or amounts in nanos could not be written in units and read back. */
const unitsPerCredit = makeValidator<bigint>((text) => {
  const units = /^\d{1,10}$/.test(text) ? BigInt(text) : 0n;
  if (units < 1n || NANOS_PER_CREDIT % units !== 0n) {
    throw new EnvError('expected a whole number that divides 1,000,000,000, such as 500000, 1000 or 1');
  }
  return units;
});

const currency = makeValidator<string>((text) => {
  if (!/^[A-Z]{3}$/.test(text)) throw new EnvError('expected three capital letters of ISO 4217, such as USD');
  return text;
});

const specs = {
  CODE_ROUTER_SITE_NAME: str({ default: 'Code Router', desc: 'what the site is called, until it is changed there' }),
  CODE_ROUTER_CURRENCY: currency({ default: 'USD', desc: 'what a credit is one unit of' }),
  CODE_ROUTER_CURRENCY_SYMBOL: str({ default: '$', desc: 'how amounts in credits are marked' }),
  CODE_ROUTER_QUOTA_UNITS_PER_CREDIT: unitsPerCredit({
    default: QUOTA_UNITS_PER_CREDIT_DEFAULT,
    desc: 'how many quota units people see for one credit; it changes no amount, only how amounts are written',
  }),
  CODE_ROUTER_PRICES_ARE_PLACEHOLDERS: bool({
    default: false,
    desc: 'whether every price is marked as not meant for sale, as in a demonstration',
  }),
} as const;

/** What the operator calls things, and counts in. */
export class SiteSettings {
  readonly name: string;
  readonly currency: string;
  readonly currencySymbol: string;
  readonly quotaUnitsPerCredit: bigint;
  readonly pricesArePlaceholders: boolean;

  /** @throws SettingsError */
  constructor(environment: NodeJS.ProcessEnv = process.env) {
    const settings = readSettings(specs, environment, 'gateway');
    this.name = settings.CODE_ROUTER_SITE_NAME;
    this.currency = settings.CODE_ROUTER_CURRENCY;
    this.currencySymbol = settings.CODE_ROUTER_CURRENCY_SYMBOL;
    this.quotaUnitsPerCredit = settings.CODE_ROUTER_QUOTA_UNITS_PER_CREDIT;
    this.pricesArePlaceholders = settings.CODE_ROUTER_PRICES_ARE_PLACEHOLDERS;
  }
}
