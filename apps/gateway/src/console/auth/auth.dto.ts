import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsString, Length, MaxLength } from 'class-validator';
import type { LoginRequest, Session, SessionUser, UserRole } from '@code-router/contracts';
import { MayBeAbsent } from '../input/rules.js';

export const USER_ROLES = ['root', 'admin', 'user'] as const;

/** How a session is handed over. */
class SessionWishDto {
  /**
   * True: as a cookie that no script can read, for browsers; the answer has no token then. It needs the header
   * `x-code-router-csrf: 1`, so that no other site can sign anybody in.
   */
  @MayBeAbsent()
  @IsBoolean()
  readonly cookie?: boolean;
}

export class LoginDto extends SessionWishDto implements LoginRequest {
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

export class SessionDto implements Omit<Session, 'token'> {
  /** To be sent as `Authorization: Bearer`. Whoever has it is signed in. Absent when it is in a cookie. */
  readonly token?: string;

  /** When the session ends by itself. ISO 8601. */
  readonly expiresAt!: string;

  readonly user!: SessionUserDto;
}

export class LogoutDto {
  /** False when the session had ended before. */
  readonly ended!: boolean;
}

export class SignUpDto extends SessionWishDto {
  /**
   * 3 to 64 letters, digits, dots, dashes or underscores.
   * @example alice
   */
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

  /** The token of an invitation, which is accepted with the sign-up; needed where signing up is closed. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  readonly invitation?: string;
}

/** How one may sign in and sign up here. */
export class AuthOptionsDto {
  /** `closed`: only with an invitation. */
  @ApiProperty({ enum: ['open', 'closed'] })
  readonly signUp!: 'open' | 'closed';

  /** Whether one may sign in through an identity provider, at `GET /api/auth/oidc/login`. */
  readonly oidc!: boolean;
}
