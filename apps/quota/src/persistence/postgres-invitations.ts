import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Invitation } from '@code-router/contracts';
import { Invitations, type NewInvitation } from '../domain/members.js';
import type { PageStart, Positioned } from '../domain/page.js';
import { acceptInvitation } from './accept-invitation.js';
import { FIND_OPEN_INVITATION, INSERT_INVITATION, LIST_INVITATIONS, REVOKE_INVITATION } from './members.sql.js';

interface InvitationRow extends Omit<Invitation, 'createdAt' | 'expiresAt'> {
  readonly position: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

@Injectable()
export class PostgresInvitations extends Invitations {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override async create(invitation: NewInvitation): Promise<Invitation | null> {
    const [row] = await this.dataSource.query<InvitationRow[]>(INSERT_INVITATION, [
      invitation.accountId,
      invitation.role,
      invitation.tokenHash,
      invitation.invitedBy,
      invitation.expiresInHours,
    ]);
    return row ? invitationOf(row).item : null;
  }

  override async list(accountId: string, start: PageStart): Promise<readonly Positioned<Invitation>[]> {
    const values = [start.before, start.limit + 1, accountId];
    return (await this.dataSource.query<InvitationRow[]>(LIST_INVITATIONS, values)).map(invitationOf);
  }

  override async revoke(accountId: string, id: string): Promise<boolean> {
    return (await this.dataSource.query<unknown[]>(REVOKE_INVITATION, [accountId, id])).length > 0;
  }

  override async isOpen(tokenHash: string): Promise<boolean> {
    return (await this.dataSource.query<unknown[]>(FIND_OPEN_INVITATION, [tokenHash])).length > 0;
  }

  override accept(tokenHash: string, userId: string): Promise<string | null> {
    return this.dataSource.transaction((manager) => acceptInvitation(manager, tokenHash, userId));
  }
}

function invitationOf({ position, ...row }: InvitationRow): Positioned<Invitation> {
  return {
    position: BigInt(position),
    item: { ...row, createdAt: row.createdAt.toISOString(), expiresAt: row.expiresAt.toISOString() },
  };
}
