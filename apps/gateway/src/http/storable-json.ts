import { DomainError } from '@code-router/contracts';

/** Deeper than anything that the console's API takes; whoever walks through a value may then call itself. */
const DEPTH_MAX = 64;

/**
 * Refuses what JSON can say and no database can keep: texts with a NUL, and halves of a character. One check at the edge
 * stands for one at each field.
 *
 * @throws DomainError `invalid_request_error` whose `param` names the field.
 */
export function refuseUnstorable(value: unknown, path: readonly string[] = []): void {
  if (typeof value === 'string') refuseText(value, path);
  else if (typeof value === 'object' && value !== null) {
    if (path.length > DEPTH_MAX)
      throw new DomainError('invalid_request_error', 'The request body is nested too deeply.');
    for (const [name, entry] of Object.entries(value)) {
      refuseText(name, path);
      refuseUnstorable(entry, [...path, name]);
    }
  }
}

function refuseText(text: string, path: readonly string[]): void {
  if (text.isWellFormed() && !text.includes('\0')) return;
  const param = path.join('.');
  const subject = param === '' ? 'The request body' : param;
  throw new DomainError('invalid_request_error', `${subject} must be text without NUL or halves of characters.`, {
    param: param || null,
  });
}
