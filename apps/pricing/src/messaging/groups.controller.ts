import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  PricingMessages,
  type Group,
  type KeptGroup,
  type MultiplierOverride,
  type MultiplierPair,
  type Page,
  type PageRequest,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { DeleteMultiplier } from '../use-cases/delete-multiplier.js';
import { ListChoosableGroups } from '../use-cases/list-choosable-groups.js';
import { ListGroups } from '../use-cases/list-groups.js';
import { ListMultipliers } from '../use-cases/list-multipliers.js';
import { PutGroup } from '../use-cases/put-group.js';
import { PutMultiplier } from '../use-cases/put-multiplier.js';

/** What operators ask about groups and multipliers. */
@Controller()
export class GroupsController {
  constructor(
    private readonly putGroup: PutGroup,
    private readonly listGroups: ListGroups,
    private readonly listChoosableGroups: ListChoosableGroups,
    private readonly putMultiplier: PutMultiplier,
    private readonly deleteMultiplier: DeleteMultiplier,
    private readonly listMultipliers: ListMultipliers,
  ) {}

  @Answers(PricingMessages.putGroup)
  put(@Payload() input: Group): Promise<KeptGroup> {
    return this.putGroup.execute(input);
  }

  @Answers(PricingMessages.listGroups)
  list(@Payload() request: PageRequest): Promise<Page<KeptGroup>> {
    return this.listGroups.execute(request);
  }

  @Answers(PricingMessages.listChoosableGroups)
  listChoosable(
    @Payload() request: { readonly accountGroup: string },
  ): Promise<{ readonly groups: readonly KeptGroup[] }> {
    return this.listChoosableGroups.execute(request);
  }

  @Answers(PricingMessages.deleteMultiplier)
  deleteOverride(@Payload() input: MultiplierPair): Promise<MultiplierOverride> {
    return this.deleteMultiplier.execute(input);
  }

  @Answers(PricingMessages.putMultiplier)
  putOverride(@Payload() input: MultiplierOverride): Promise<MultiplierOverride> {
    return this.putMultiplier.execute(input);
  }

  @Answers(PricingMessages.listMultipliers)
  listOverrides(@Payload() request: PageRequest): Promise<Page<MultiplierOverride>> {
    return this.listMultipliers.execute(request);
  }
}
