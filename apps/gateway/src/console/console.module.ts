import { Module } from '@nestjs/common';
import { ChannelsModule } from '../channels/channels.module.js';
import { AccountsController } from './accounts/accounts.controller.js';
import { LedgerTotalsController } from './accounts/ledger-totals.controller.js';
import { LedgerController } from './accounts/ledger.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { AdminGuard } from './auth/admin.guard.js';
import { AuthController } from './auth/auth.controller.js';
import { SessionGuard } from './auth/session.guard.js';
import { Sessions } from './auth/sessions.js';
import { ChannelsController } from './channels/channels.controller.js';
import { AccountKeysController } from './keys/account-keys.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { GroupLimitsController } from './limits/group-limits.controller.js';
import { GroupsController } from './pricing/groups.controller.js';
import { ChoosableGroups } from './pricing/choosable-groups.js';
import { KnownGroups } from './pricing/known-groups.js';
import { ModelsController } from './pricing/models.controller.js';
import { MultipliersController } from './pricing/multipliers.controller.js';
import { PriceListController } from './pricing/price-list.controller.js';
import { PricesController } from './pricing/prices.controller.js';
import { UsageController } from './usage/usage.controller.js';

/** The HTTP API of the administration. Each request is answered by the service that owns what it is about. */
@Module({
  imports: [ChannelsModule],
  controllers: [
    AuthController,
    ChannelsController,
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
    UsageController,
    AuditController,
  ],
  providers: [Sessions, SessionGuard, AdminGuard, KnownGroups, ChoosableGroups],
})
export class ConsoleModule {}
