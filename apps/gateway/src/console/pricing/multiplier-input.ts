import { DomainError } from '@code-router/contracts';
import { millionthsOfMultiplier } from '../input/amount.js';

/** A multiplier as a person writes it, or in millionths. */
export interface MultiplierFields {
  readonly multiplier?: string;
  readonly multiplierMillionths?: string;
}

/** @throws DomainError `invalid_request_error` unless exactly one of the fields is given. */
export function millionthsOf({ multiplier, multiplierMillionths }: MultiplierFields): string {
  if (multiplier !== undefined && multiplierMillionths === undefined) {
    return millionthsOfMultiplier(multiplier, 'multiplier');
  }
  if (multiplierMillionths !== undefined && multiplier === undefined) return multiplierMillionths;
  throw new DomainError('invalid_request_error', 'Give multiplier or multiplierMillionths, exactly one of them.', {
    param: 'multiplier',
  });
}
