import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  UsageLogMessages,
  type ListUsageRecords as RecordsRequest,
  type ListUsageRollups as RollupsRequest,
  type Page,
  type UsageRecord,
  type UsageRollup,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { ListUsageRecords } from '../use-cases/list-usage-records.js';
import { ListUsageRollups } from '../use-cases/list-usage-rollups.js';

@Controller()
export class UsageLogController {
  constructor(
    private readonly listUsageRecords: ListUsageRecords,
    private readonly listUsageRollups: ListUsageRollups,
  ) {}

  @Answers(UsageLogMessages.listRecords)
  listRecords(@Payload() request: RecordsRequest): Promise<Page<UsageRecord>> {
    return this.listUsageRecords.execute(request);
  }

  @Answers(UsageLogMessages.listRollups)
  listRollups(@Payload() request: RollupsRequest): Promise<{ readonly rollups: readonly UsageRollup[] }> {
    return this.listUsageRollups.execute(request);
  }
}
