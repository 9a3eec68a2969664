import { describe, expect, it } from '@jest/globals';
import { SiteSettings } from './site-settings.js';

describe('what a site counts in', () => {
  it('is half a million units to a dollar unless it is set', () => {
    expect(new SiteSettings({})).toEqual({
      name: 'Code Router',
      currency: 'USD',
      currencySymbol: '$',
      quotaUnitsPerCredit: 500_000n,
      pricesArePlaceholders: false,
    });
  });

  it.each(['1', '1000', '500000', '1000000000'])('may be %s units to a credit', (units) => {
    const settings = new SiteSettings({ CODE_ROUTER_QUOTA_UNITS_PER_CREDIT: units });
    expect(settings.quotaUnitsPerCredit).toBe(BigInt(units));
  });

  it.each(['0', '-1', '3', '1.5', '1e3', '10000000000', 'many'])(
    'is never %s units, which nanos do not fit',
    (units) => {
      const read = () => new SiteSettings({ CODE_ROUTER_QUOTA_UNITS_PER_CREDIT: units });
      expect(read).toThrow(/CODE_ROUTER_QUOTA_UNITS_PER_CREDIT.*divides/);
    },
  );

  it('is a currency by its code', () => {
    expect(() => new SiteSettings({ CODE_ROUTER_CURRENCY: 'dollars' })).toThrow(/ISO 4217/);
  });
});
