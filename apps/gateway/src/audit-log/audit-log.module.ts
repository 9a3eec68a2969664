import { Module } from '@nestjs/common';
import { GatewayDatabaseModule } from '../persistence/gateway-database.module.js';
import { AuditLog } from './domain/audit-log.js';
import { AdministratorActionsController } from './messaging/administrator-actions.controller.js';
import { PostgresAuditLog } from './persistence/postgres-audit-log.js';

/** What administrators did, kept for good. */
@Module({
  imports: [GatewayDatabaseModule],
  controllers: [AdministratorActionsController],
  providers: [{ provide: AuditLog, useClass: PostgresAuditLog }],
  exports: [AuditLog],
})
export class AuditLogModule {}
