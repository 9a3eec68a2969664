import { Body, Delete, Get, Put, Query } from '@nestjs/common';
import { PricingMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi, MayBeNotFound } from '../console-api.js';
import { PageQueryDto } from '../input/page.dto.js';
import { KnownGroups } from './known-groups.js';
import { millionthsOf } from './multiplier-input.js';
import { MultiplierDto, MultiplierPageDto, MultiplierPairDto, PutMultiplierDto } from './multiplier.dto.js';

@AdminApi('multipliers', 'Groups and multipliers')
export class MultipliersController {
  constructor(
    private readonly client: ServiceClient,
    private readonly knownGroups: KnownGroups,
  ) {}

  /** Enters the multiplier of a pair of groups, or of a model in a group, or replaces it. */
  @Put()
  @MayBeNotFound()
  async put(@Body() input: PutMultiplierDto): Promise<MultiplierDto> {
    const { kind, accountGroup, keyGroup, model, group } = input;
    const multiplierMillionths = millionthsOf(input);
    await this.knownGroups.expect('accountGroup', accountGroup);
    await this.knownGroups.expect('keyGroup', keyGroup);
    await this.knownGroups.expect('group', group);
    return this.client.request(PricingMessages.putMultiplier, {
      kind,
      accountGroup,
      keyGroup,
      model,
      group,
      multiplierMillionths,
    });
  }

  /** Deletes the multiplier of a pair, and answers with what it was: from now on the groups' own multipliers apply. */
  @Delete()
  @MayBeNotFound()
  delete(@Query() pair: MultiplierPairDto): Promise<MultiplierDto> {
    return this.client.request(PricingMessages.deleteMultiplier, pair);
  }

  /** Lists the multipliers of pairs. */
  @Get()
  list(@Query() page: PageQueryDto): Promise<MultiplierPageDto> {
    return this.client.request(PricingMessages.listMultipliers, page);
  }
}
