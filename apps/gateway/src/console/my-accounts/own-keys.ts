import { DomainError, IdentityMessages, type AccountPermission } from '@code-router/contracts';
import type { ServiceClient } from '@code-router/messaging';
import type { AccountCaller } from '../auth/account.guard.js';

/**
 * Lets pass keys of the caller's account, and of those only the caller's own, unless they have the permission for all.
 *
 * @throws DomainError `not_found` alike for keys that are not there, of other accounts, and of other members.
 */
export async function expectOwnKey(
  client: ServiceClient,
  { accountId, permissions, user }: AccountCaller,
  keyId: string,
  forAll: AccountPermission,
): Promise<void> {
  const { key } = await client.request(IdentityMessages.findMemberKey, { id: keyId });
  const isReached = key?.accountId === accountId && (permissions.includes(forAll) || key.createdBy?.userId === user.id);
  if (!isReached) throw new DomainError('not_found', `There is no key ${keyId}.`, { keyId });
}
