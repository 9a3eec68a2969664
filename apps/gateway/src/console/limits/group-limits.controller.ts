import { Body, Get, Put } from '@nestjs/common';
import { QuotaMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi } from '../console-api.js';
import { KnownGroups } from '../pricing/known-groups.js';
import { GroupLimitsDto, GroupLimitsListDto, PutGroupLimitsDto } from './limits.dto.js';

@AdminApi('group-limits', 'Groups')
export class GroupLimitsController {
  constructor(
    private readonly client: ServiceClient,
    private readonly knownGroups: KnownGroups,
  ) {}

  /** Sets what each account of a group is limited to, unless it has a limit of its own. Without any, the group has none. */
  @Put()
  async put(@Body() input: PutGroupLimitsDto): Promise<GroupLimitsDto> {
    const { group, requestsPerMinute = null, tokensPerMinute = null, concurrencyMax = null } = input;
    await this.knownGroups.expect('group', group);
    return this.client.request(QuotaMessages.putGroupLimits, {
      group,
      requestsPerMinute,
      tokensPerMinute,
      concurrencyMax,
    });
  }

  /** Lists the groups that limit their accounts. */
  @Get()
  list(): Promise<GroupLimitsListDto> {
    return this.client.request(QuotaMessages.listGroupLimits, {});
  }
}
