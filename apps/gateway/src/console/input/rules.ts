import { IsUUID, Matches, ValidateBy, ValidateIf } from 'class-validator';
import { CREDITS, MULTIPLIER, NANOS, isNanosText } from './amount.js';

/** The field may be left out. Unlike class-validator's `IsOptional`, it does not let null through. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

/** The field may be left out, or be null. */
export function MayBeNull(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined && value !== null);
}

/** An amount of nanos that is not negative, as a decimal string: JSON numbers lose integers above 2^53. */
export function IsNanos(): PropertyDecorator {
  return ValidateBy({
    name: 'isNanos',
    validator: {
      validate: (value) => isNanosText(value),
      defaultMessage: () => `$property must be ${NANOS.expected}`,
    },
  });
}

/** An amount of credits that is not negative, as a decimal string: no number that passed through a float is exact. */
export function IsCredits(): PropertyDecorator {
  return Matches(CREDITS.pattern, { message: `$property must be ${CREDITS.expected}` });
}

/** A multiplier as people write it, as a decimal string. */
export function IsMultiplier(): PropertyDecorator {
  return Matches(MULTIPLIER.pattern, { message: `$property must be ${MULTIPLIER.expected}` });
}

/** An id that a service made. */
export function IsId(): PropertyDecorator {
  return IsUUID('all', { message: '$property must be a UUID' });
}

/** Text without control characters, which would forge lines wherever it is printed. */
export function HasNoControlCharacters(): PropertyDecorator {
  return Matches(/^\P{Cc}*$/u, { message: '$property must not contain control characters' });
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** A point in time: ISO 8601 with a time zone, without which it would mean something else on every machine. */
export function IsInstant(): PropertyDecorator {
  return ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value) => typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value)),
      defaultMessage: () => '$property must be ISO 8601 with a time zone, such as 2030-01-31T12:00:00Z',
    },
  });
}
