import { createHash, randomBytes } from 'node:crypto';

/** Crockford's base 32: no letter in it is taken for a digit. https://www.crockford.com/base32.html */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_LENGTH = 20;
const CHECKSUM_LENGTH = 5;
const GROUP_LENGTH = 5;
const CODE_FORM = new RegExp(`^[${ALPHABET}]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);

/**
 * Makes a code such as `7QH2K-…`: 100 random bits, and a checksum of 25 bits by which a mistyped code is refused without
 * asking the database.
 */
export function generateRedemptionCode(): string {
  const body = [...randomBytes(RANDOM_LENGTH)].map((byte) => ALPHABET.charAt(byte % 32)).join('');
  return (body + checksum(body)).replaceAll(new RegExp(`.{${GROUP_LENGTH}}(?=.)`, 'g'), '$&-');
}

/**
 * The code as it was made, whatever case, blanks and look-alikes it was typed with.
 *
 * @returns null when it cannot be a code.
 */
export function normalRedemptionCode(typed: unknown): string | null {
  if (typeof typed !== 'string' || typed.length > 100) return null;
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  if (!CODE_FORM.test(code)) return null;
  return checksum(code.slice(0, RANDOM_LENGTH)) === code.slice(RANDOM_LENGTH) ? code : null;
}

/** What is stored in place of a code. @param code as {@link normalRedemptionCode} returns it. */
export function hashRedemptionCode(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}

function checksum(body: string): string {
  const digest = createHash('sha256').update(`redemption code ${body}`).digest();
  return [...digest.subarray(0, CHECKSUM_LENGTH)].map((byte) => ALPHABET.charAt(byte % 32)).join('');
}
