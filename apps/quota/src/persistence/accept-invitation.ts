import type { EntityManager } from 'typeorm';
import { DomainError, type AccountRole } from '@code-router/contracts';
import { ACCEPT_INVITATION, INSERT_MEMBER } from './members.sql.js';

/**
 * Uses an invitation up and makes the user a member, within a transaction.
 *
 * @returns the account; null when the invitation cannot be accepted.
 * @throws DomainError `conflict` when the user is a member already: the transaction must end, so that it stays open.
 */
export async function acceptInvitation(
  manager: EntityManager,
  tokenHash: string,
  userId: string,
): Promise<string | null> {
  const [accepted] = await manager.query<{ accountId: string; role: AccountRole }[]>(ACCEPT_INVITATION, [
    tokenHash,
    userId,
  ]);
  if (!accepted) return null;
  const [member] = await manager.query<unknown[]>(INSERT_MEMBER, [accepted.accountId, userId, accepted.role]);
  if (member) return accepted.accountId;
  throw new DomainError('conflict', 'You are a member of that account already.');
}
