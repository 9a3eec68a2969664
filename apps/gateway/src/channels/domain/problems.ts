import { DomainError } from '@code-router/contracts';

/** What is wrong with a field. */
export type Problem = readonly [field: string, fault: string];

export function unless(valid: boolean, field: string, fault: string): readonly Problem[] {
  return valid ? [] : [[field, fault]];
}

/** @throws DomainError `invalid_request_error` naming every field that is wrong. */
export function refuse(problems: readonly Problem[]): never {
  const sentence = problems.map(([field, fault]) => `${field} ${fault}`).join('; ');
  const fields = [...new Set(problems.map(([field]) => field))];
  throw new DomainError('invalid_request_error', `${sentence}.`, {
    param: fields[0] ?? null,
    fields: fields.join(','),
  });
}

/** One line of 1 to so many characters. */
export function isText(value: unknown, lengthMax: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= lengthMax && !/\p{Cc}/u.test(value);
}
