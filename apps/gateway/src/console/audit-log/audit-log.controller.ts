import { Get, Query } from '@nestjs/common';
import { AuditLog } from '../../audit-log/domain/audit-log.js';
import { AdminApi } from '../console-api.js';
import { AuditLogPageDto, AuditLogQueryDto } from './audit-log.dto.js';

@AdminApi('audit-log', 'Audit log')
export class AuditLogController {
  constructor(private readonly log: AuditLog) {}

  /** Lists what administrators did or tried: who, what, before and after. */
  @Get()
  list(@Query() query: AuditLogQueryDto): Promise<AuditLogPageDto> {
    return this.log.page(query);
  }
}
