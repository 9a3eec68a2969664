import { Injectable } from '@nestjs/common';
import type { GroupLimits } from '@code-router/contracts';
import { GroupDefaults } from '../domain/group-defaults.js';

@Injectable()
export class ListGroupLimits {
  constructor(private readonly groups: GroupDefaults) {}

  async execute(): Promise<{ readonly items: readonly GroupLimits[] }> {
    return { items: await this.groups.list() };
  }
}
