import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import {
  ACCOUNT_ROLES,
  type AccountRole,
  type CreatedInvitation,
  type Invitation,
  type Member,
  type MemberKey,
  type Page,
} from '@code-router/contracts';
import { IsCredits, IsId, IsNanos, MayBeAbsent, MayBeNull } from '../input/rules.js';
import { KeyDto } from '../keys/key.dto.js';

export class MyAccountDto {
  /** The account's id. */
  @IsId()
  readonly accountId!: string;
}

export class MemberIdDto extends MyAccountDto {
  /** The member's user id. */
  @IsId()
  readonly userId!: string;
}

export class InvitationIdDto extends MyAccountDto {
  /** The invitation's id, which is not its token. */
  @IsId()
  readonly id!: string;
}

export class MyKeyIdDto extends MyAccountDto {
  /** The key's id. */
  @IsId()
  readonly keyId!: string;
}

/** What is absent stays as it is. */
export class UpdateMemberDto {
  @MayBeAbsent()
  @IsIn(ACCOUNT_ROLES)
  @ApiProperty({ enum: ACCOUNT_ROLES })
  readonly role?: AccountRole;

  /** What the member's keys may spend in a month of UTC, together, in nanos; null: no limit. */
  @MayBeNull()
  @IsNanos()
  readonly budgetNanos?: string | null;

  /** The same in credits. */
  @MayBeNull()
  @IsCredits()
  readonly budgetCredits?: string | null;
}

export class MemberDto implements Member {
  readonly accountId!: string;
  readonly userId!: string;
  readonly username!: string;

  @ApiProperty({ enum: ACCOUNT_ROLES })
  readonly role!: AccountRole;

  /** What the member's keys may spend in a month of UTC, together, in nanos; null: no limit. */
  readonly budgetNanos!: string | null;

  /** What they spent of it in this month, in nanos; null where there is no budget. */
  readonly spentNanos!: string | null;

  /** What requests under way may still cost of it, in nanos; null where there is no budget. */
  readonly heldNanos!: string | null;

  /** When the budget begins anew, ISO 8601; null where there is none. */
  readonly resetsAt!: string | null;

  /** ISO 8601. */
  readonly joinedAt!: string;
}

export class MemberPageDto implements Page<Member> {
  @ApiProperty({ type: [MemberDto] })
  readonly items!: readonly MemberDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}

export class MemberRemovedDto {
  readonly removed!: true;
}

export class CreateInvitationDto {
  @IsIn(ACCOUNT_ROLES)
  @ApiProperty({ enum: ACCOUNT_ROLES })
  readonly role!: AccountRole;

  /** From now; 168, a week, when absent. */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(720)
  readonly expiresInHours?: number;
}

export class InvitationDto implements Invitation {
  readonly id!: string;
  readonly accountId!: string;

  @ApiProperty({ enum: ACCOUNT_ROLES })
  readonly role!: AccountRole;

  /** The user name of who invites. */
  readonly invitedBy!: string;

  /** ISO 8601. */
  readonly createdAt!: string;

  /** ISO 8601. */
  readonly expiresAt!: string;
}

export class CreatedInvitationDto extends InvitationDto implements CreatedInvitation {
  /** Whoever has it may join, once. It is shown this once: only its hash is kept. */
  readonly token!: string;
}

export class InvitationPageDto implements Page<Invitation> {
  @ApiProperty({ type: [InvitationDto] })
  readonly items!: readonly InvitationDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}

export class InvitationRevokedDto {
  readonly revoked!: true;
}

export class KeyMakerDto {
  readonly userId!: string;
  readonly username!: string;
}

export class MemberKeyDto extends KeyDto implements MemberKey {
  /** Null for a key that an administrator made. */
  @ApiProperty({ type: KeyMakerDto, nullable: true })
  readonly createdBy!: KeyMakerDto | null;
}

export class MemberKeyPageDto implements Page<MemberKey> {
  @ApiProperty({ type: [MemberKeyDto] })
  readonly items!: readonly MemberKeyDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}
