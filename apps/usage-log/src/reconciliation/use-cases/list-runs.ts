import { Injectable } from '@nestjs/common';
import type { Page, PageRequest, ReconciliationRun } from '@code-router/contracts';
import { pageQuery, withCursor } from '../../domain/opaque-page.js';
import { Runs } from '../domain/runs.js';

const POSITION = /^\d{1,18}$/;

@Injectable()
export class ListRuns {
  constructor(private readonly runs: Runs) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: PageRequest): Promise<Page<ReconciliationRun>> {
    const { after, limit } = pageQuery(request, POSITION);
    return withCursor(await this.runs.list(after, limit));
  }
}
