import { Get, Query } from '@nestjs/common';
import { UsageLogMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi } from '../console-api.js';
import { ListUsageRecordsDto, ListUsageRollupsDto, UsageRecordPageDto, UsageRollupsDto } from './usage.dto.js';

@AdminApi('usage', 'Usage')
export class UsageController {
  constructor(private readonly client: ServiceClient) {}

  /** Lists what requests used and cost. */
  @Get()
  records(@Query() query: ListUsageRecordsDto): Promise<UsageRecordPageDto> {
    return this.client.request(UsageLogMessages.listRecords, query);
  }

  /** Sums up the usage of an account by hour or day, key, model and channel. */
  @Get('rollups')
  rollups(@Query() query: ListUsageRollupsDto): Promise<UsageRollupsDto> {
    return this.client.request(UsageLogMessages.listRollups, query);
  }
}
