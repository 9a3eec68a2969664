import { Body, Delete, Get, Param, Patch, Post } from '@nestjs/common';
import { QuotaMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi, MayBeNotFound, MayConflict } from '../console-api.js';
import { ChoosableGroups } from '../pricing/choosable-groups.js';
import { KnownGroups } from '../pricing/known-groups.js';
import { keyFieldsOf } from './key-input.js';
import { CreatedKeyDto, KeyDto, KeyIdDto, RotateKeyDto, UpdateKeyDto } from './key.dto.js';

@AdminApi('keys', 'Keys')
export class KeysController {
  constructor(
    private readonly client: ServiceClient,
    private readonly knownGroups: KnownGroups,
    private readonly choosableGroups: ChoosableGroups,
  ) {}

  /** Reads a key. */
  @Get(':id')
  @MayBeNotFound()
  get(@Param() { id }: KeyIdDto): Promise<KeyDto> {
    return this.client.request(QuotaMessages.getKey, { id });
  }

  /** Changes, enables or disables a key. */
  @Patch(':id')
  @MayBeNotFound()
  @MayConflict()
  async update(@Param() { id }: KeyIdDto, @Body() input: UpdateKeyDto): Promise<KeyDto> {
    const fields = keyFieldsOf(input);
    await this.knownGroups.expect('group', input.group);
    if (input.group) {
      const { accountId } = await this.client.request(QuotaMessages.getKey, { id });
      await this.choosableGroups.expect(accountId, input.group);
    }
    return this.client.request(QuotaMessages.updateKey, { id, ...fields, status: input.status });
  }

  /** Gives a key another secret, which is valid at once. The answer shows it, this once. */
  @Post(':id/rotate')
  @MayBeNotFound()
  @MayConflict()
  rotate(@Param() { id }: KeyIdDto, @Body() { oldValidUntil }: RotateKeyDto): Promise<CreatedKeyDto> {
    return this.client.request(QuotaMessages.rotateKey, { id, oldValidUntil });
  }

  /** Revokes a key for good. It stays in the list, since the ledger refers to it. */
  @Delete(':id')
  @MayBeNotFound()
  revoke(@Param() { id }: KeyIdDto): Promise<KeyDto> {
    return this.client.request(QuotaMessages.revokeKey, { id });
  }
}
