import { Body, Param, Patch } from '@nestjs/common';
import { QuotaMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi, MayBeNotFound } from '../console-api.js';
import { KnownGroups } from '../pricing/known-groups.js';
import { quotaOf } from './key-input.js';
import { KeyDto, KeyIdDto, UpdateKeyDto } from './key.dto.js';

@AdminApi('keys', 'Keys')
export class KeysController {
  constructor(
    private readonly client: ServiceClient,
    private readonly knownGroups: KnownGroups,
  ) {}

  /** Changes, enables or disables a key. */
  @Patch(':id')
  @MayBeNotFound()
  async update(@Param() { id }: KeyIdDto, @Body() input: UpdateKeyDto): Promise<KeyDto> {
    const { name, group, concurrencyMax, showCost, expiresAt, status } = input;
    const quotaNanos = quotaOf(input);
    await this.knownGroups.expect('group', group);
    return this.client.request(QuotaMessages.updateKey, {
      id,
      name,
      group,
      quotaNanos,
      concurrencyMax,
      showCost,
      expiresAt,
      status,
    });
  }
}
