import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import {
  ACCOUNT_PERMISSIONS,
  ACCOUNT_ROLES,
  type AccountPermission,
  type AccountRole,
  type Membership,
  type SessionSummary,
} from '@code-router/contracts';
import { AccountDto } from '../accounts/account.dto.js';
import { IsId } from '../input/rules.js';
import { UserDto } from '../users/user.dto.js';

export class ChangePasswordDto {
  @IsString()
  @Length(1, 1_000)
  readonly oldPassword!: string;

  /** At least 8 characters. */
  @IsString()
  @Length(8, 1_000)
  readonly newPassword!: string;
}

export class PasswordChangedDto {
  readonly changed!: true;
}

export class SessionIdDto {
  /** The session's id, which is not its token. */
  @IsId()
  readonly id!: string;
}

export class SessionSummaryDto implements SessionSummary {
  readonly id!: string;

  /** Whether it is the session that asks. */
  readonly current!: boolean;

  /** The address that it began at. */
  readonly ip?: string;

  readonly userAgent?: string;

  /** ISO 8601. */
  readonly createdAt!: string;

  /** ISO 8601. */
  readonly expiresAt!: string;
}

export class SessionListDto {
  @ApiProperty({ type: [SessionSummaryDto] })
  readonly sessions!: readonly SessionSummaryDto[];
}

export class SessionsEndedDto {
  /** How many. */
  readonly ended!: number;
}

/** What somebody may do in an account. */
export class MembershipDto implements Membership {
  readonly accountId!: string;

  @ApiProperty({ enum: ACCOUNT_ROLES })
  readonly role!: AccountRole;

  @ApiProperty({ enum: ACCOUNT_PERMISSIONS, isArray: true })
  readonly permissions!: readonly AccountPermission[];

  readonly account!: AccountDto;
}

export class MembershipListDto {
  @ApiProperty({ type: [MembershipDto] })
  readonly memberships!: readonly MembershipDto[];
}

export class MeDto extends MembershipListDto {
  readonly user!: UserDto;
}

export class AcceptInvitationDto {
  /** The token of the invitation. */
  @IsString()
  @Length(1, 200)
  readonly token!: string;
}
