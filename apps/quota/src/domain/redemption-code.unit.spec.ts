import { describe, expect, it } from '@jest/globals';
import { generateRedemptionCode, hashRedemptionCode, normalRedemptionCode } from './redemption-code.js';

describe('a redemption code', () => {
  it('is in groups that can be read out, and reads as itself', () => {
    const code = generateRedemptionCode();
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(normalRedemptionCode(code)).toBe(code.replaceAll('-', ''));
  });

  it('is never made twice', () => {
    const codes = Array.from({ length: 10_000 }, generateRedemptionCode);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('may be typed in lower case, with blanks, without dashes, and with letters that look like digits', () => {
    for (let round = 0; round < 200; round += 1) {
      const code = generateRedemptionCode();
      const normal = normalRedemptionCode(code);
      const typed = ` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `;
      expect(normalRedemptionCode(typed)).toBe(normal);
    }
  });

  it('is refused when any one character is another', () => {
    const code = normalRedemptionCode(generateRedemptionCode())!;
    for (let place = 0; place < code.length; place += 1) {
      const other = code[place] === '7' ? '8' : '7';
      expect(normalRedemptionCode(code.slice(0, place) + other + code.slice(place + 1))).toBeNull();
    }
  });

  it.each(['', 'x', '0'.repeat(24), '0'.repeat(26), 'U'.repeat(25), 'x'.repeat(1_000), null, 5, {}])(
    'is not %j',
    (text) => {
      expect(normalRedemptionCode(text)).toBeNull();
    },
  );

  it('is hashed to 256 bits', () => {
    expect(hashRedemptionCode('A')).toMatch(/^[0-9a-f]{64}$/);
  });
});
