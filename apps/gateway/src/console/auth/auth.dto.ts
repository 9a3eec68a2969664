import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import type { LoginRequest, Session, SessionUser, UserRole } from '@code-router/contracts';

export const USER_ROLES = ['root', 'admin', 'user'] as const;

export class LoginDto implements LoginRequest {
  /** @example admin */
  @IsString()
  @Length(1, 200)
  readonly username!: string;

  @IsString()
  @Length(1, 1_000)
  readonly password!: string;
}

export class SessionUserDto implements SessionUser {
  readonly id!: string;
  readonly username!: string;
  /** Only administrators may use the administration; only the root makes administrators. */
  @ApiProperty({ enum: USER_ROLES })
  readonly role!: UserRole;
}

export class SessionDto implements Session {
  /** To be sent as `Authorization: Bearer`. Whoever has it is signed in. */
  readonly token!: string;

  /** When the session ends by itself. ISO 8601. */
  readonly expiresAt!: string;

  readonly user!: SessionUserDto;
}

export class LogoutDto {
  /** False when the session had ended before. */
  readonly ended!: boolean;
}
