import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  ReconciliationMessages,
  type Page,
  type PageRequest,
  type ReconciliationRun,
  type StartReconciliation,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { BeginReconciliation } from '../use-cases/begin-reconciliation.js';
import { ListRuns } from '../use-cases/list-runs.js';

@Controller()
export class ReconciliationController {
  constructor(
    private readonly listRuns: ListRuns,
    private readonly beginReconciliation: BeginReconciliation,
  ) {}

  @Answers(ReconciliationMessages.list)
  list(@Payload() request: PageRequest): Promise<Page<ReconciliationRun>> {
    return this.listRuns.execute(request);
  }

  @Answers(ReconciliationMessages.start)
  start(@Payload() request: StartReconciliation): Promise<ReconciliationRun> {
    return this.beginReconciliation.execute(request);
  }
}
