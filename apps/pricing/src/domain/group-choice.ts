import { DomainError } from '@code-router/contracts';
import type { Groups } from './multiplier.js';

/** What is known about the group that a key chose. */
export interface ChosenGroup {
  /** The account groups whose keys may choose it; null for all of them, undefined when there is no such group. */
  readonly choosableBy: readonly string[] | null | undefined;
}

/**
 * A key may always name its account's own group. Another one must be open to it at the moment of the request: a choice
 * that was allowed once is refused when it no longer is, and never priced as if it had not been made.
 *
 * @throws DomainError `forbidden`.
 */
export function expectChoosable({ accountGroup, keyGroup }: Groups, { choosableBy }: ChosenGroup): void {
  if (keyGroup === undefined || keyGroup === accountGroup || choosableBy === null) return;
  if (choosableBy?.includes(accountGroup)) return;
  throw new DomainError(
    'forbidden',
    `The key uses the group \`${keyGroup}\`, which accounts of the group \`${accountGroup}\` may not choose. ` +
      'Choose another group for the key, or none; an administrator can open the group to the account.',
    { keyGroup, accountGroup },
  );
}
