import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { QuotaMessages, type GroupLimits } from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { ListGroupLimits } from '../use-cases/list-group-limits.js';
import { PutGroupLimits } from '../use-cases/put-group-limits.js';

@Controller()
export class GroupLimitsController {
  constructor(
    private readonly putGroupLimits: PutGroupLimits,
    private readonly listGroupLimits: ListGroupLimits,
  ) {}

  @Answers(QuotaMessages.putGroupLimits)
  put(@Payload() request: GroupLimits): Promise<GroupLimits> {
    return this.putGroupLimits.execute(request);
  }

  @Answers(QuotaMessages.listGroupLimits)
  list(): Promise<{ readonly items: readonly GroupLimits[] }> {
    return this.listGroupLimits.execute();
  }
}
