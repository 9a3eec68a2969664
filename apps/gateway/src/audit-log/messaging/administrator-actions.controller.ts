import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  AdministratorActionMessages,
  type AdministratorAction,
  type AdministratorActionOutcome,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { AuditLog } from '../domain/audit-log.js';
import { redacted } from '../domain/redact.js';

/** Writes down what administrators do on the pages of other services. */
@Controller()
export class AdministratorActionsController {
  constructor(private readonly log: AuditLog) {}

  @Answers(AdministratorActionMessages.begin)
  async begin(@Payload() action: AdministratorAction): Promise<{ readonly begun: true }> {
    await this.log.begin({ ...action, input: redacted(action.input), before: redacted(action.before) });
    return { begun: true };
  }

  @Answers(AdministratorActionMessages.end)
  async end(@Payload() { id, ...outcome }: AdministratorActionOutcome): Promise<{ readonly ended: true }> {
    await this.log.end(id, { ...outcome, after: redacted(outcome.after) });
    return { ended: true };
  }
}
