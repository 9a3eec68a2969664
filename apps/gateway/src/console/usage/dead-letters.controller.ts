import { Body, Get, HttpCode, Post, Query } from '@nestjs/common';
import { UsageLogMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi } from '../console-api.js';
import { PageQueryDto } from '../input/page.dto.js';
import { ReplayedDto, ReplayUsageDeadLettersDto, UsageDeadLetterPageDto } from './dead-letters.dto.js';

@AdminApi('usage/dead-letters', 'Usage')
export class UsageDeadLettersController {
  constructor(private readonly client: ServiceClient) {}

  /** Lists the usage events that could not be recorded, with the reasons. There should be none. */
  @Get()
  list(@Query() page: PageQueryDto): Promise<UsageDeadLetterPageDto> {
    return this.client.request(UsageLogMessages.listDeadLetters, page);
  }

  /** Tries to record them again, once the cause is repaired. What was recorded meanwhile is not recorded twice. */
  @Post('replay')
  @HttpCode(200)
  replay(@Body() request: ReplayUsageDeadLettersDto): Promise<ReplayedDto> {
    return this.client.request(UsageLogMessages.replayDeadLetters, request);
  }
}
