import { ValidationPipe, type PipeTransform } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { DomainError } from '@code-router/contracts';

/** Checks bodies, queries and paths against their DTOs, and refuses what no DTO knows: a typo must not pass unseen. */
export function consoleValidation(): PipeTransform {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    // Null and undefined in place of a nested object would otherwise pass unchecked.
    forbidUnknownValues: true,
    exceptionFactory: invalidRequest,
  });
}

/** One error that names every field that is wrong; `param` is the first of them. */
export function invalidRequest(errors: readonly ValidationError[]): DomainError {
  const problems = errors.flatMap((error) => problemsOf(error, ''));
  const fields = [...new Set(problems.map(({ field }) => field))];
  const sentence = problems.map(({ fault }) => fault).join('; ');
  return new DomainError('invalid_request_error', `${sentence}.`, {
    param: fields[0] ?? null,
    fields: fields.join(','),
  });
}

interface Problem {
  readonly field: string;
  readonly fault: string;
}

function problemsOf(error: ValidationError, parent: string): Problem[] {
  const field = parent === '' ? error.property : `${parent}.${error.property}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    field,
    fault: faultOf(rule, message, error.property, field),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => problemsOf(child, field))];
}

/** The messages name the last part of the path only: `name must be …` where `models.0.name` is meant. */
function faultOf(rule: string, message: string, property: string, field: string): string {
  if (rule === 'whitelistValidation') return `${field} is not a known field`;
  if (message.startsWith(`${property} `)) return `${field}${message.slice(property.length)}`;
  return message.includes(property) ? message.replace(property, field) : `${field}: ${message}`;
}
