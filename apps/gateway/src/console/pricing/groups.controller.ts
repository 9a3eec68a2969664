import { Body, Get, Put, Query } from '@nestjs/common';
import { PricingMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi } from '../console-api.js';
import { PageQueryDto } from '../input/page.dto.js';
import { GroupDto, GroupPageDto, PutGroupDto } from './group.dto.js';
import { millionthsOf } from './multiplier-input.js';

@AdminApi('groups', 'Groups and multipliers')
export class GroupsController {
  constructor(private readonly client: ServiceClient) {}

  /** Enters a group, or replaces the one of that name. Requests from now on are priced with its multiplier. */
  @Put()
  put(@Body() input: PutGroupDto): Promise<GroupDto> {
    const { name, description = '' } = input;
    return this.client.request(PricingMessages.putGroup, {
      name,
      description,
      multiplierMillionths: millionthsOf(input),
    });
  }

  /** Lists the groups. */
  @Get()
  list(@Query() page: PageQueryDto): Promise<GroupPageDto> {
    return this.client.request(PricingMessages.listGroups, page);
  }
}
