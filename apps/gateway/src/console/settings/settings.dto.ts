import { ApiProperty } from '@nestjs/swagger';
import type { KnownSetting } from '@code-router/config';
import { SiteTextsDto } from '../site/site.dto.js';

export class SettingDto implements KnownSetting {
  /** The environment variable. */
  readonly name!: string;

  /** As it was set; null when it is not, and when it is secret. Passwords in URLs are left out. */
  @ApiProperty({ type: String, nullable: true })
  readonly value!: string | null;

  readonly isSet!: boolean;
  readonly isSecret!: boolean;

  /** What counts when it is not set; null when nothing does. */
  @ApiProperty({ type: String, nullable: true })
  readonly default!: string | null;

  readonly description!: string;

  /** The service that reads it, or `all`. */
  readonly service!: string;
}

export class SettingsDto {
  /** What can be changed here, while it runs. */
  readonly site!: SiteTextsDto;

  /** What was set when this process started: of every service in the standalone form, else of the gateway. */
  @ApiProperty({ type: [SettingDto] })
  readonly environment!: readonly SettingDto[];
}
