import { DomainError } from '@code-router/contracts';

/** A long price list may be wrong in every line; nobody reads on after so many. */
const TOLD_MAX = 50;

/** Gathers everything that is wrong with an input, so that whoever sent it learns all of it at once. */
export class Problems {
  private readonly found: { readonly field: string; readonly fault: string }[] = [];

  /** Notes a fault unless `valid`: `expect(n > 0, 'limit', 'must be positive')`. */
  expect(valid: boolean, field: string, fault: string): void {
    if (!valid) this.found.push({ field, fault });
  }

  /**
   * @throws DomainError `invalid_request_error` naming every field; `param` in its details is the first of them, and
   * `fields` each of them, separated by commas.
   */
  throwIfAny(): void {
    const [first] = this.found;
    if (!first) return;
    const told = this.found.slice(0, TOLD_MAX);
    const more = this.found.length > TOLD_MAX ? `; and ${this.found.length - TOLD_MAX} more` : '';
    const sentence = told.map(({ field, fault }) => `${field} ${fault}`).join('; ') + more;
    const fields = [...new Set(told.map(({ field }) => field))].join(',');
    throw new DomainError('invalid_request_error', `${sentence}.`, { param: first.field, fields });
  }
}
