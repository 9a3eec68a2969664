import { Body, Delete, HttpCode, Param, Patch, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AddProviderKey } from '../../channels/use-cases/add-provider-key.js';
import { RemoveProviderKey } from '../../channels/use-cases/remove-provider-key.js';
import { UpdateProviderKey } from '../../channels/use-cases/update-provider-key.js';
import { ChannelRegistry } from '../../routing/channel-registry.js';
import { KeyHealth } from '../../routing/key-health.js';
import { AdminApi, MayBeNotFound, MayConflict } from '../console-api.js';
import { ChannelTest } from './channel-test.js';
import { ChannelTestListDto, TestKeysDto } from './channel-test.dto.js';
import { ChannelIdDto } from './channel.dto.js';
import {
  AddProviderKeyDto,
  ProviderKeyDto,
  ProviderKeyPathDto,
  ProviderKeyRemovedDto,
  UpdateProviderKeyDto,
} from './provider-key.dto.js';

@AdminApi('channels/:id/keys', 'Channels')
@MayBeNotFound()
export class ProviderKeysController {
  constructor(
    private readonly addKey: AddProviderKey,
    private readonly updateKey: UpdateProviderKey,
    private readonly removeKey: RemoveProviderKey,
    private readonly tests: ChannelTest,
    private readonly registry: ChannelRegistry,
    private readonly health: KeyHealth,
  ) {}

  /** Gives the channel one more key. Requests are shared among its keys. */
  @Post()
  @MayConflict()
  async add(@Param() { id }: ChannelIdDto, @Body() input: AddProviderKeyDto): Promise<ProviderKeyDto> {
    const added = await this.addKey.execute(id, input);
    // Other replicas hear of it; who asked here may use it as soon as they have the answer.
    await this.registry.reload();
    return added;
  }

  /** Names, enables, disables or replaces one key. Requests under way are not disturbed. */
  @Patch(':keyId')
  @MayConflict()
  async update(
    @Param() { id, keyId }: ProviderKeyPathDto,
    @Body() input: UpdateProviderKeyDto,
  ): Promise<ProviderKeyDto> {
    const updated = await this.updateKey.execute(id, keyId, input);
    if (input.status === 'active') this.health.forget(keyId);
    await this.registry.reload();
    return updated;
  }

  /** Takes one key from the channel. Requests under way finish with it. */
  @Delete(':keyId')
  async remove(@Param() { id, keyId }: ProviderKeyPathDto): Promise<ProviderKeyRemovedDto> {
    await this.removeKey.execute(id, keyId);
    await this.registry.reload();
    return { id, keyId, removed: true };
  }

  /** Sends one small request with each key, enabled or not, and says how they went. Nobody pays for them. */
  @Post('test')
  @HttpCode(200)
  async test(
    @Param() { id }: ChannelIdDto,
    @Body() { model }: TestKeysDto,
    @Req() request: FastifyRequest,
  ): Promise<ChannelTestListDto> {
    return { items: await this.tests.runAll(id, model, request.id) };
  }
}
