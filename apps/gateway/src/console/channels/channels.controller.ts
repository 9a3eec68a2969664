import { Body, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { CreateChannel } from '../../channels/use-cases/create-channel.js';
import { DeleteChannel } from '../../channels/use-cases/delete-channel.js';
import { GetChannel } from '../../channels/use-cases/get-channel.js';
import { ListChannels } from '../../channels/use-cases/list-channels.js';
import { UpdateChannel } from '../../channels/use-cases/update-channel.js';
import { ChannelRegistry } from '../../routing/channel-registry.js';
import { AdminApi, MayBeNotFound, MayConflict } from '../console-api.js';
import { PageQueryDto } from '../input/page.dto.js';
import { KnownGroups } from '../pricing/known-groups.js';
import { ChannelDeletedDto } from './channel-test.dto.js';
import { ChannelDto, ChannelIdDto, ChannelPageDto, CreateChannelDto, UpdateChannelDto } from './channel.dto.js';

@AdminApi('channels', 'Channels')
export class ChannelsController {
  constructor(
    private readonly createChannel: CreateChannel,
    private readonly updateChannel: UpdateChannel,
    private readonly deleteChannel: DeleteChannel,
    private readonly listChannels: ListChannels,
    private readonly getChannel: GetChannel,
    private readonly knownGroups: KnownGroups,
    private readonly registry: ChannelRegistry,
  ) {}

  /** Enters a channel: one account at a provider that requests can be sent to. */
  @Post()
  @MayConflict()
  async create(@Body() input: CreateChannelDto): Promise<ChannelDto> {
    await this.knownGroups.expect('groups', input.groups);
    const created = await this.createChannel.execute(input);
    // Other replicas hear of it; who asked here may use it as soon as they have the answer.
    await this.registry.reload();
    return created;
  }

  /** Lists the channels. */
  @Get()
  list(@Query() page: PageQueryDto): Promise<ChannelPageDto> {
    return this.listChannels.execute(page);
  }

  /** Reads one channel. */
  @Get(':id')
  @MayBeNotFound()
  get(@Param() { id }: ChannelIdDto): Promise<ChannelDto> {
    return this.getChannel.execute(id);
  }

  /** Edits, enables or disables a channel, or gives it another key. Requests under way are not disturbed. */
  @Patch(':id')
  @MayBeNotFound()
  @MayConflict()
  async update(@Param() { id }: ChannelIdDto, @Body() input: UpdateChannelDto): Promise<ChannelDto> {
    await this.knownGroups.expect('groups', input.groups);
    const updated = await this.updateChannel.execute(id, input);
    await this.registry.reload();
    return updated;
  }

  /** Deletes a channel with its keys. Requests under way finish; what was recorded of it stays. */
  @Delete(':id')
  @MayBeNotFound()
  async delete(@Param() { id }: ChannelIdDto): Promise<ChannelDeletedDto> {
    await this.deleteChannel.execute(id);
    await this.registry.reload();
    return { id, deleted: true };
  }
}
