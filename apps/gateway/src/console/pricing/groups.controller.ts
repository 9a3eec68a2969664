import { Body, Get, Put, Query } from '@nestjs/common';
import { PricingMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi } from '../console-api.js';
import { PageQueryDto } from '../input/page.dto.js';
import { ChoosableGroupsDto, GroupDto, GroupPageDto, ListChoosableGroupsDto, PutGroupDto } from './group.dto.js';
import { KnownGroups } from './known-groups.js';
import { millionthsOf } from './multiplier-input.js';

@AdminApi('groups', 'Groups and multipliers')
export class GroupsController {
  constructor(
    private readonly client: ServiceClient,
    private readonly knownGroups: KnownGroups,
  ) {}

  /** Enters a group, or replaces the one of that name. Requests from now on are priced with its multiplier. */
  @Put()
  async put(@Body() input: PutGroupDto): Promise<GroupDto> {
    const { name, description = '', choosableBy } = input;
    await this.knownGroups.expect(
      'choosableBy',
      choosableBy?.filter((other) => other !== name),
    );
    return this.client.request(PricingMessages.putGroup, {
      name,
      description,
      choosableBy,
      multiplierMillionths: millionthsOf(input),
    });
  }

  /** Lists the groups. */
  @Get()
  list(@Query() page: PageQueryDto): Promise<GroupPageDto> {
    return this.client.request(PricingMessages.listGroups, page);
  }

  /** The groups that keys of accounts of a group may choose. */
  @Get('choosable')
  listChoosable(@Query() { accountGroup }: ListChoosableGroupsDto): Promise<ChoosableGroupsDto> {
    return this.client.request(PricingMessages.listChoosableGroups, { accountGroup });
  }
}
