import { describe, expect, it } from '@jest/globals';
import { TOP_UP_OFFER_DEFAULT, topUpOfferFrom } from './top-up-offer.js';

const one = { id: 'a', name: 'A', priceMinorUnits: 100, creditNanos: '1000000000' };
const amounts = { minorUnitsMin: 100, minorUnitsMax: 1_000, nanosPerMinorUnit: '10000000' };
const offer = (changes: object = {}) => JSON.stringify({ currency: 'eur', packages: [one], amounts, ...changes });

describe('what can be bought', () => {
  it('is read as it is entered, with or without amounts of one’s own', () => {
    expect(topUpOfferFrom(offer())).toEqual({ currency: 'eur', packages: [one], amounts });
    expect(topUpOfferFrom(offer({ amounts: undefined }))).toEqual({ currency: 'eur', packages: [one] });
  });

  it('has names in other languages where they are entered', () => {
    const packages = [{ ...one, names: { zh: '一', de: 'Eins' } }];
    expect(topUpOfferFrom(offer({ packages })).packages).toEqual(packages);
  });

  it('is by default what could be entered', () => {
    expect(topUpOfferFrom(JSON.stringify(TOP_UP_OFFER_DEFAULT))).toEqual(TOP_UP_OFFER_DEFAULT);
  });

  it.each([
    ['[]', /must be an object/],
    ['nonsense', /JSON/],
    [offer({ currency: 'EUR' }), /currency/],
    [offer({ packages: {} }), /packages/],
    [offer({ packages: [one, one] }), /ids of packages must differ/],
    [offer({ packages: [], amounts: undefined }), /packages or amounts/],
    [offer({ packages: [{ ...one, priceMinorUnits: 0 }] }), /priceMinorUnits/],
    [offer({ packages: [{ ...one, priceMinorUnits: 1.5 }] }), /priceMinorUnits/],
    [offer({ packages: [{ ...one, creditNanos: '0' }] }), /creditNanos/],
    [offer({ packages: [{ ...one, creditNanos: 5 }] }), /creditNanos/],
    [offer({ packages: [{ ...one, price: 5 }] }), /unknown member: price/],
    [offer({ packages: [{ ...one, name: '' }] }), /packages\[0\].name/],
    [offer({ packages: [{ ...one, names: 'A' }] }), /packages\[0\].names/],
    [offer({ packages: [{ ...one, names: { zh: '' } }] }), /packages\[0\].names.zh/],
    [offer({ packages: [{ ...one, names: { chinese: 'A' } }] }), /by language/],
    [offer({ amounts: { ...amounts, minorUnitsMin: 5_000 } }), /minorUnitsMin/],
    [offer({ amounts: { ...amounts, nanosPerMinorUnit: '1000000000000000000' } }), /at most/],
    [offer({ extra: 1 }), /unknown member: extra/],
  ])('is not %s', (json, problem) => {
    expect(() => topUpOfferFrom(json)).toThrow(problem);
  });
});
