import { Module } from '@nestjs/common';
import { PostgresModule } from '@code-router/postgres';
import { CreateAuditLog1764100000003 } from '../audit-log/persistence/migrations/create-audit-log.js';
import { AddChannelCosts1764100000002 } from '../channels/persistence/migrations/add-channel-costs.js';
import { AddChannelKeys1764100000004 } from '../channels/persistence/migrations/add-channel-keys.js';
import { CreateChannels1764000000000 } from '../channels/persistence/migrations/create-channels.js';
import { CreateSite1764100000001 } from '../site/persistence/migrations/create-site.js';

const database = PostgresModule.forService({
  service: 'gateway',
  // In the order in which they run.
  migrations: [
    CreateChannels1764000000000,
    CreateSite1764100000001,
    AddChannelCosts1764100000002,
    CreateAuditLog1764100000003,
    AddChannelKeys1764100000004,
  ],
});

/** The gateway's schema: channels, the site's texts, the log of what administrators did. */
@Module({ imports: [database], exports: [database] })
export class GatewayDatabaseModule {}
