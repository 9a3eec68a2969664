import { Body, Get, HttpCode, Post, Query } from '@nestjs/common';
import { PAGE_LIMIT_DEFAULT } from '@code-router/contracts';
import { UsageDeadLetters } from '@code-router/messaging';
import { AdminApi } from '../console-api.js';
import {
  EventDeadLettersDto,
  EventDeadLettersQueryDto,
  ReplayedEventDeadLettersDto,
  ReplayEventDeadLettersDto,
  SystemDto,
} from './system.dto.js';
import { SystemReport } from './system-report.js';

@AdminApi('system', 'System')
export class SystemController {
  constructor(
    private readonly report: SystemReport,
    private readonly deadLetters: UsageDeadLetters,
  ) {}

  /** Says how settlements and usage events are getting on, and how each service is. */
  @Get()
  system(): Promise<SystemDto> {
    return this.report.make();
  }

  /** Lists the usage events that a consumer could not handle, with the reason; the newest first. */
  @Get('dead-letters')
  async list(@Query() { cursor, limit = PAGE_LIMIT_DEFAULT }: EventDeadLettersQueryDto): Promise<EventDeadLettersDto> {
    const found = await this.deadLetters.list(limit + 1, cursor);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return last && found.length > limit ? { items, nextCursor: last.id } : { items };
  }

  /** Has them delivered again, once what was wrong is repaired. What is still wrong comes back. */
  @Post('dead-letters/replay')
  @HttpCode(200)
  async replay(@Body() { ids }: ReplayEventDeadLettersDto): Promise<ReplayedEventDeadLettersDto> {
    return { replayed: await this.deadLetters.replay(ids) };
  }
}
