import { Module } from '@nestjs/common';
import { GatewayDatabaseModule } from '../persistence/gateway-database.module.js';
import { SiteTextStore } from './domain/site-texts.js';
import { PostgresSiteTexts } from './persistence/postgres-site-texts.js';
import { SiteSettings } from './site-settings.js';

/** What the operator calls things, and counts in. */
@Module({
  imports: [GatewayDatabaseModule],
  providers: [
    { provide: SiteSettings, useFactory: () => new SiteSettings() },
    { provide: SiteTextStore, useClass: PostgresSiteTexts },
  ],
  exports: [SiteSettings, SiteTextStore],
})
export class SiteModule {}
