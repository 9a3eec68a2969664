import { Module } from '@nestjs/common';
import { ConsoleSessionModule } from '@code-router/console-session';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { ChannelsModule } from '../channels/channels.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { RelayModule } from '../relay/relay.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { SiteModule } from '../site/site.module.js';
import { AccountsController } from './accounts/accounts.controller.js';
import { StatementExport } from './accounts/statement-export.js';
import { LedgerTotalsController } from './accounts/ledger-totals.controller.js';
import { LedgerController } from './accounts/ledger.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { SystemController } from './system/system.controller.js';
import { SystemReport } from './system/system-report.js';
import { SettlementModule } from '../settlement/settlement.module.js';
import { AdministratorActions } from './audit-log/administrator-actions.js';
import { AuditLogController } from './audit-log/audit-log.controller.js';
import { AuditInterceptor } from './audit-log/audit.interceptor.js';
import { AccountGuard } from './auth/account.guard.js';
import { AdminGuard } from './auth/admin.guard.js';
import { AuthController } from './auth/auth.controller.js';
import { BrowserSessions } from './auth/browser-sessions.js';
import { OidcController } from './auth/oidc/oidc.controller.js';
import { Oidc } from './auth/oidc/oidc.js';
import { OIDC_SETTINGS, readOidcSettings } from './auth/oidc/oidc-settings.js';
import { SessionGuard } from './auth/session.guard.js';
import { CatalogController } from './catalog/catalog.controller.js';
import { Catalogs } from './catalog/catalogs.js';
import { Viewers } from './catalog/viewers.js';
import { ChannelHealthController } from './channels/channel-health.controller.js';
import { ChannelHealthReport } from './channels/channel-health-report.js';
import { ChannelTest } from './channels/channel-test.js';
import { ChannelsController } from './channels/channels.controller.js';
import { ProviderKeysController } from './channels/provider-keys.controller.js';
import { AccountKeysController } from './keys/account-keys.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { GroupLimitsController } from './limits/group-limits.controller.js';
import { MeController } from './me/me.controller.js';
import { MembersController } from './my-accounts/members.controller.js';
import { MyAccountController } from './my-accounts/my-account.controller.js';
import { MyKeysController } from './my-accounts/my-keys.controller.js';
import { MyStatementController } from './my-accounts/my-statement.controller.js';
import { MyUsageController } from './my-accounts/my-usage.controller.js';
import { UsageReach } from './my-accounts/usage-reach.js';
import { PlaygroundController } from './playground/playground.controller.js';
import { GroupsController } from './pricing/groups.controller.js';
import { ChoosableGroups } from './pricing/choosable-groups.js';
import { KnownGroups } from './pricing/known-groups.js';
import { ModelsController } from './pricing/models.controller.js';
import { MultipliersController } from './pricing/multipliers.controller.js';
import { PriceListController } from './pricing/price-list.controller.js';
import { PricesController } from './pricing/prices.controller.js';
import { QueuePages } from './queues/queue-pages.js';
import { SettingsReport } from './settings/settings-report.js';
import { SettingsController } from './settings/settings.controller.js';
import { SiteChangesController } from './site/site-changes.controller.js';
import { SiteController } from './site/site.controller.js';
import { Site } from './site/site.js';
import { ReconciliationController } from './reconciliation/reconciliation.controller.js';
import { AdjustmentsController } from './top-up/adjustments.controller.js';
import { MyTopUpController } from './top-up/my-top-up.controller.js';
import { PaymentWebhooksController } from './top-up/payment-webhooks.controller.js';
import { RedemptionBatchesController } from './top-up/redemption-batches.controller.js';
import { TopUpController } from './top-up/top-up.controller.js';
import { UsageDeadLettersController } from './usage/dead-letters.controller.js';
import { UsageController } from './usage/usage.controller.js';
import { UsersController } from './users/users.controller.js';
import { WebhookDeliveriesController } from './webhooks/webhook-deliveries.controller.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

/** The HTTP API of the administration and of account holders. Each request is answered by the service that owns what it is about. */
@Module({
  imports: [
    AuditLogModule,
    ChannelsModule,
    ProvidersModule,
    RelayModule,
    RoutingModule,
    SettlementModule,
    SiteModule,
    ConsoleSessionModule,
  ],
  controllers: [
    SiteController,
    SiteChangesController,
    CatalogController,
    SettingsController,
    AuthController,
    OidcController,
    MeController,
    MyAccountController,
    MyKeysController,
    MyStatementController,
    PlaygroundController,
    MyUsageController,
    MembersController,
    TopUpController,
    MyTopUpController,
    UsersController,
    RedemptionBatchesController,
    AdjustmentsController,
    PaymentWebhooksController,
    ChannelHealthController,
    ChannelsController,
    ProviderKeysController,
    ModelsController,
    PricesController,
    PriceListController,
    GroupsController,
    MultipliersController,
    AccountsController,
    LedgerController,
    LedgerTotalsController,
    GroupLimitsController,
    AccountKeysController,
    KeysController,
    UsageDeadLettersController,
    UsageController,
    ReconciliationController,
    WebhooksController,
    WebhookDeliveriesController,
    AuditController,
    SystemController,
    AuditLogController,
  ],
  providers: [
    QueuePages,
    SystemReport,
    SettingsReport,
    BrowserSessions,
    AdministratorActions,
    AuditInterceptor,
    SessionGuard,
    AdminGuard,
    AccountGuard,
    ChannelTest,
    ChannelHealthReport,
    Site,
    Catalogs,
    StatementExport,
    Viewers,
    UsageReach,
    KnownGroups,
    ChoosableGroups,
    { provide: OIDC_SETTINGS, useFactory: () => readOidcSettings() },
    Oidc,
  ],
})
export class ConsoleModule {}
