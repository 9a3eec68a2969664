import { ApiProperty } from '@nestjs/swagger';
import type { ReportedSetting } from '@code-router/contracts';
import { SiteTextsDto } from '../site/site.dto.js';

export class SettingDto implements ReportedSetting {
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

/** What one service was set up with. */
export class ServiceSettingsDto {
  /** `standalone` where all services are one process. */
  readonly name!: string;

  /** `unanswered`: no process of it answers now. */
  @ApiProperty({ enum: ['ok', 'unanswered'] })
  readonly status!: 'ok' | 'unanswered';

  /** Of the process that answered; by name. */
  @ApiProperty({ type: [SettingDto] })
  readonly settings!: readonly SettingDto[];
}

export class SettingsDto {
  /** What can be changed here, while it runs. */
  readonly site!: SiteTextsDto;

  /** What was set when this process started: of every service in the standalone form, else of the gateway. */
  @ApiProperty({ type: [SettingDto] })
  readonly environment!: readonly SettingDto[];

  /** What each service was set up with when its process started. */
  @ApiProperty({ type: [ServiceSettingsDto] })
  readonly services!: readonly ServiceSettingsDto[];
}
