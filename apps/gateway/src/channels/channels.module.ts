import { Module, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { readEncryptionKey, SecretBox } from '@code-router/secret-box';
import { ServiceHealth } from '@code-router/service';
import { GatewayDatabaseModule } from '../persistence/gateway-database.module.js';
import { ChannelNotices } from './domain/channel-notices.js';
import { ChannelRepository } from './domain/channel.js';
import { BroadcastChannelNotices } from './messaging/broadcast-channel-notices.js';
import { PostgresChannelRepository } from './persistence/postgres-channel-repository.js';
import { CreateChannel } from './use-cases/create-channel.js';
import { DeleteChannel } from './use-cases/delete-channel.js';
import { GetChannel } from './use-cases/get-channel.js';
import { ListChannels } from './use-cases/list-channels.js';
import { UpdateChannel } from './use-cases/update-channel.js';

/** The channels: what the gateway routes to, and how operators keep them. */
@Module({
  imports: [GatewayDatabaseModule],
  providers: [
    CreateChannel,
    UpdateChannel,
    DeleteChannel,
    ListChannels,
    GetChannel,
    { provide: SecretBox, useFactory: () => new SecretBox(readEncryptionKey()) },
    { provide: ChannelRepository, useClass: PostgresChannelRepository },
    { provide: ChannelNotices, useClass: BroadcastChannelNotices },
  ],
  exports: [SecretBox, ChannelRepository, CreateChannel, UpdateChannel, DeleteChannel, ListChannels, GetChannel],
})
export class ChannelsModule implements OnModuleInit {
  constructor(
    private readonly channels: ChannelRepository,
    private readonly health: ServiceHealth,
    @InjectDataSource('gateway') private readonly dataSource: DataSource,
  ) {}

  /** @throws UnreadableSecret: a wrong encryption key is found now, not by the first request. */
  async onModuleInit(): Promise<void> {
    this.health.registerDataSource('gateway', this.dataSource);
    await this.channels.all();
  }
}
