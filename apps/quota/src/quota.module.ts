import { Module, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { PostgresModule } from '@code-router/postgres';
import { ServiceHealth } from '@code-router/service';
import { Accounts } from './domain/accounts.js';
import { GroupDefaults } from './domain/group-defaults.js';
import { Keys } from './domain/keys.js';
import { Ledger } from './domain/ledger.js';
import { Invitations, MemberKeys, Members } from './domain/members.js';
import { PostedUsages } from './domain/posted-usage.js';
import { Reservations } from './domain/reservations.js';
import { Throttle } from './domain/throttle.js';
import { Sessions, Users } from './domain/users.js';
import { identityUseCases } from './identity.js';
import { AccountsController } from './messaging/accounts.controller.js';
import { AuditMetrics } from './messaging/audit-metrics.js';
import { FirstAdministrator } from './messaging/first-administrator.js';
import { GroupLimitsController } from './messaging/group-limits.controller.js';
import { KeysController } from './messaging/keys.controller.js';
import { LedgerController } from './messaging/ledger.controller.js';
import { MembersController } from './messaging/members.controller.js';
import { PostedUsageSweeper } from './messaging/posted-usage-sweeper.js';
import { ReservationsController } from './messaging/reservations.controller.js';
import { SessionsController } from './messaging/sessions.controller.js';
import { SettlementConsumer } from './messaging/settlement-consumer.js';
import { SettlementsController } from './messaging/settlements.controller.js';
import { Sweeper } from './messaging/sweeper.js';
import { TopUpController } from './messaging/top-up.controller.js';
import { UsersController } from './messaging/users.controller.js';
import { migrations } from './persistence/migrations/index.js';
import { PostgresAccounts } from './persistence/postgres-accounts.js';
import { PostgresGroupDefaults } from './persistence/postgres-group-defaults.js';
import { PostgresInvitations } from './persistence/postgres-invitations.js';
import { PostgresKeys } from './persistence/postgres-keys.js';
import { PostgresLedger } from './persistence/postgres-ledger.js';
import { PostgresMemberKeys } from './persistence/postgres-member-keys.js';
import { PostgresMembers } from './persistence/postgres-members.js';
import { PostgresPostedUsages } from './persistence/postgres-posted-usages.js';
import { PostgresReservations } from './persistence/postgres-reservations.js';
import { PostgresSessions } from './persistence/postgres-sessions.js';
import { PostgresThrottle } from './persistence/postgres-throttle.js';
import { PostgresUsers } from './persistence/postgres-users.js';
import { QUOTA_SETTINGS, readQuotaSettings } from './quota-settings.js';
import { topUpProviders } from './top-up.js';
import { AuditBooks } from './use-cases/audit-books.js';
import { CreateAccount } from './use-cases/create-account.js';
import { CreateKey } from './use-cases/create-key.js';
import { EnsureAdministrator } from './use-cases/ensure-administrator.js';
import { ExpireReservations } from './use-cases/expire-reservations.js';
import { ExtendLease } from './use-cases/extend-lease.js';
import { FindPostedSettlements } from './use-cases/find-posted-settlements.js';
import { FindPrincipal } from './use-cases/find-principal.js';
import { FindSession } from './use-cases/find-session.js';
import { GetAccount } from './use-cases/get-account.js';
import { GetKey } from './use-cases/get-key.js';
import { GetPostedUsage } from './use-cases/get-posted-usage.js';
import { GrantBalance } from './use-cases/grant-balance.js';
import { ListAccounts } from './use-cases/list-accounts.js';
import { ListGroupLimits } from './use-cases/list-group-limits.js';
import { ListKeys } from './use-cases/list-keys.js';
import { ListLedger } from './use-cases/list-ledger.js';
import { ListPostedUsages } from './use-cases/list-posted-usage.js';
import { LogIn } from './use-cases/log-in.js';
import { LogOut } from './use-cases/log-out.js';
import { PublishOrphans } from './use-cases/publish-orphans.js';
import { PutGroupLimits } from './use-cases/put-group-limits.js';
import { ReadStatement } from './use-cases/read-statement.js';
import { Reserve } from './use-cases/reserve.js';
import { ReadAvailable } from './use-cases/read-available.js';
import { RevokeKey } from './use-cases/revoke-key.js';
import { RotateKey } from './use-cases/rotate-key.js';
import { Settle } from './use-cases/settle.js';
import { TotalLedger } from './use-cases/total-ledger.js';
import { UpdateAccount } from './use-cases/update-account.js';
import { UpdateKey } from './use-cases/update-key.js';

const useCases = [
  AuditBooks,
  CreateAccount,
  CreateKey,
  EnsureAdministrator,
  ExpireReservations,
  ExtendLease,
  FindPostedSettlements,
  FindPrincipal,
  FindSession,
  GetAccount,
  GetKey,
  GetPostedUsage,
  GrantBalance,
  ListAccounts,
  ListGroupLimits,
  ListKeys,
  ListLedger,
  ListPostedUsages,
  LogIn,
  LogOut,
  PublishOrphans,
  PutGroupLimits,
  ReadStatement,
  Reserve,
  ReadAvailable,
  RevokeKey,
  RotateKey,
  Settle,
  TotalLedger,
  UpdateAccount,
  UpdateKey,
];

/** The service that owns accounts, keys and money: what the domain asks for, and what gives it. */
@Module({
  imports: [PostgresModule.forService({ service: 'quota', migrations })],
  controllers: [
    AccountsController,
    GroupLimitsController,
    KeysController,
    LedgerController,
    MembersController,
    ReservationsController,
    SessionsController,
    SettlementsController,
    TopUpController,
    UsersController,
  ],
  providers: [
    { provide: Accounts, useClass: PostgresAccounts },
    { provide: GroupDefaults, useClass: PostgresGroupDefaults },
    { provide: Keys, useClass: PostgresKeys },
    { provide: Ledger, useClass: PostgresLedger },
    { provide: Invitations, useClass: PostgresInvitations },
    { provide: MemberKeys, useClass: PostgresMemberKeys },
    { provide: Members, useClass: PostgresMembers },
    { provide: PostedUsages, useClass: PostgresPostedUsages },
    { provide: Reservations, useClass: PostgresReservations },
    { provide: Sessions, useClass: PostgresSessions },
    { provide: Throttle, useClass: PostgresThrottle },
    { provide: Users, useClass: PostgresUsers },
    { provide: QUOTA_SETTINGS, useFactory: () => readQuotaSettings() },
    ...useCases,
    AuditMetrics,
    ...identityUseCases,
    ...topUpProviders,
    FirstAdministrator,
    PostedUsageSweeper,
    SettlementConsumer,
    Sweeper,
  ],
})
export class QuotaModule implements OnModuleInit {
  constructor(
    private readonly health: ServiceHealth,
    @InjectDataSource('quota') private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    this.health.registerDataSource('quota', this.dataSource);
  }
}
