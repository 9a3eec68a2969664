import { Module, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { readEncryptionKey, SecretBox } from '@code-router/secret-box';
import { ServiceHealth } from '@code-router/service';
import { GatewayDatabaseModule } from '../persistence/gateway-database.module.js';
import { ChannelNotices } from './domain/channel-notices.js';
import { ChannelRepository } from './domain/channel.js';
import { ProviderKeyRepository } from './domain/provider-key-repository.js';
import { BroadcastChannelNotices } from './messaging/broadcast-channel-notices.js';
import { PostgresChannelRepository } from './persistence/postgres-channel-repository.js';
import { PostgresProviderKeys } from './persistence/postgres-provider-keys.js';
import { SealedKeys } from './persistence/sealed-keys.js';
import { AddProviderKey } from './use-cases/add-provider-key.js';
import { CreateChannel } from './use-cases/create-channel.js';
import { DeleteChannel } from './use-cases/delete-channel.js';
import { DisableRefusedKey } from './use-cases/disable-refused-key.js';
import { EnableAcceptedKey } from './use-cases/enable-accepted-key.js';
import { GetChannel } from './use-cases/get-channel.js';
import { ListChannels } from './use-cases/list-channels.js';
import { RemoveProviderKey } from './use-cases/remove-provider-key.js';
import { UpdateChannel } from './use-cases/update-channel.js';
import { UpdateProviderKey } from './use-cases/update-provider-key.js';

const USE_CASES = [
  CreateChannel,
  UpdateChannel,
  DeleteChannel,
  ListChannels,
  GetChannel,
  AddProviderKey,
  UpdateProviderKey,
  RemoveProviderKey,
  DisableRefusedKey,
  EnableAcceptedKey,
];

/** The channels: what the gateway routes to, and how operators keep them. */
@Module({
  imports: [GatewayDatabaseModule],
  providers: [
    ...USE_CASES,
    SealedKeys,
    { provide: SecretBox, useFactory: () => new SecretBox(readEncryptionKey()) },
    { provide: ChannelRepository, useClass: PostgresChannelRepository },
    { provide: ProviderKeyRepository, useClass: PostgresProviderKeys },
    { provide: ChannelNotices, useClass: BroadcastChannelNotices },
  ],
  exports: [SecretBox, ChannelRepository, ...USE_CASES],
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
