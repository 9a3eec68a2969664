import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, Length, MaxLength } from 'class-validator';
import type { ActiveStatus, Page, User, UserRole } from '@code-router/contracts';
import { USER_ROLES } from '../auth/auth.dto.js';
import { IsId, MayBeAbsent } from '../input/rules.js';

const STATUSES = ['active', 'disabled'] as const;

export class UserIdDto {
  /** The user's id. */
  @IsId()
  readonly id!: string;
}

export class CreateUserDto {
  /** @example alice */
  @IsString()
  @Length(1, 200)
  readonly username!: string;

  /** At least 8 characters. */
  @IsString()
  @Length(8, 1_000)
  readonly password!: string;

  @MayBeAbsent()
  @IsString()
  @MaxLength(254)
  readonly email?: string;

  /** `user` when absent. Only the root makes administrators. */
  @MayBeAbsent()
  @IsIn(USER_ROLES)
  @ApiProperty({ enum: USER_ROLES })
  readonly role?: UserRole;
}

/** What is absent stays as it is. */
export class UpdateUserDto {
  /** A disabled user’s sessions end, and they cannot sign in. */
  @MayBeAbsent()
  @IsIn(STATUSES)
  @ApiProperty({ enum: STATUSES })
  readonly status?: ActiveStatus;

  /** Only the root changes roles. */
  @MayBeAbsent()
  @IsIn(USER_ROLES)
  @ApiProperty({ enum: USER_ROLES })
  readonly role?: UserRole;
}

export class UserDto implements User {
  readonly id!: string;
  readonly username!: string;

  @ApiProperty({ enum: USER_ROLES })
  readonly role!: UserRole;

  @ApiProperty({ enum: STATUSES })
  readonly status!: ActiveStatus;

  readonly email!: string | null;

  /** False for users who sign in through an identity provider alone. */
  readonly hasPassword!: boolean;

  /** ISO 8601. */
  readonly createdAt!: string;
}

export class UserPageDto implements Page<User> {
  @ApiProperty({ type: [UserDto] })
  readonly items!: readonly UserDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}
