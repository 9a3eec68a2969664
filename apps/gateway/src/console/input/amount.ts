import { DomainError } from '@code-router/contracts';
import { parseNanos, type NanosText } from '@code-router/money';

/** How amounts and multipliers may be written. */
export const NANOS = {
  pattern: /^\d{1,19}$/,
  expected: 'a whole number of nanos as a decimal string, such as "5000000000"',
} as const;

/** A credit is 1,000,000,000 nanos: nine places say every amount there is, so nothing is ever rounded. */
export const CREDITS = {
  pattern: /^\d{1,10}(\.\d{1,9})?$/,
  places: 9,
  expected: 'credits as a decimal string with at most nine places, such as "5" or "0.0025"',
} as const;

export const MULTIPLIER = {
  pattern: /^\d{1,7}(\.\d{1,6})?$/,
  places: 6,
  expected: 'a decimal string with at most six places, such as "1" or "0.85"',
} as const;

/** One amount that may be given in either of two fields, of which the second is for people. */
export interface AmountFields<Amount extends string | null | undefined> {
  readonly nanosField: string;
  readonly nanos: Amount | undefined;
  readonly creditsField: string;
  readonly credits: Amount | undefined;
}

/** Whether it is an amount of nanos that is not negative and fits 64 bits. */
export function isNanosText(value: unknown): value is NanosText {
  if (typeof value !== 'string' || !NANOS.pattern.test(value)) return false;
  try {
    return parseNanos(value) >= 0n;
  } catch {
    return false;
  }
}

/**
 * The amount in nanos, whichever field it was given in.
 *
 * @throws DomainError `invalid_request_error` unless exactly one of the fields is given.
 */
export function requiredNanos(fields: AmountFields<string>): NanosText {
  const { nanosField, creditsField } = fields;
  const nanos = optionalNanos(fields);
  if (nanos !== undefined) return nanos;
  throw invalid(nanosField, `Give the amount as ${nanosField} or as ${creditsField}.`);
}

/**
 * The amount in nanos; undefined when neither field is given, null when one is null.
 *
 * @throws DomainError `invalid_request_error` when both are given.
 */
export function optionalNanos<Amount extends string | null | undefined>(
  fields: AmountFields<Amount>,
): NanosText | Extract<Amount, null> | undefined {
  const { nanosField, nanos, creditsField, credits } = fields;
  if (nanos !== undefined && credits !== undefined) {
    throw invalid(nanosField, `Give the amount as ${nanosField} or as ${creditsField}, not both.`);
  }
  if (typeof nanos === 'string') return nanos;
  if (typeof credits === 'string') return nanosOfCredits(credits, creditsField);
  return nanos === null || credits === null ? (null as Extract<Amount, null>) : undefined;
}

/** @throws DomainError `invalid_request_error` when the text is not exactly an amount, or beyond 64 bits. */
export function nanosOfCredits(credits: string, field: string): NanosText {
  const nanos = scaledDecimal(credits, CREDITS);
  if (nanos !== null && isNanosText(nanos)) return nanos;
  throw invalid(field, `${field} must be ${CREDITS.expected}, and at most 9223372036.`);
}

/** @throws DomainError `invalid_request_error` when the text is not exactly a multiplier. */
export function millionthsOfMultiplier(multiplier: string, field: string): string {
  const millionths = scaledDecimal(multiplier, MULTIPLIER);
  if (millionths !== null) return millionths;
  throw invalid(field, `${field} must be ${MULTIPLIER.expected}.`);
}

/** Moves the decimal point without a floating point number: "0.85" with six places is "850000". */
function scaledDecimal(text: string, form: { readonly pattern: RegExp; readonly places: number }): string | null {
  if (!form.pattern.test(text)) return null;
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(form.places, '0')).toString();
}

function invalid(field: string, message: string): DomainError {
  return new DomainError('invalid_request_error', message, { param: field });
}
