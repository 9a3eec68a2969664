import { Module } from '@nestjs/common';
import { PostgresModule } from '@code-router/postgres';
import { CreateChannels1764000000000 } from '../channels/persistence/migrations/create-channels.js';
import { CreateSite1764100000001 } from '../site/persistence/migrations/create-site.js';

const database = PostgresModule.forService({
  service: 'gateway',
  // In the order in which they run.
  migrations: [CreateChannels1764000000000, CreateSite1764100000001],
});

/** The gateway's schema: channels, the site's texts, the log of what administrators did. */
@Module({ imports: [database], exports: [database] })
export class GatewayDatabaseModule {}
