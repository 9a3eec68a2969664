import { Injectable } from '@nestjs/common';
import type { ImportPriceListReply, ImportStarterCatalog as Input } from '@code-router/contracts';
import { Problems } from '@code-router/input';
import { expectText } from '../domain/input-rules.js';
import { STARTER_CATALOG, STARTER_NOTE } from '../starter-catalog/starter-catalog.js';
import { ImportPriceList } from './import-price-list.js';

/** Enters well-known models with their list prices as placeholders; what has a price already keeps it. */
@Injectable()
export class ImportStarterCatalog {
  constructor(private readonly importPriceList: ImportPriceList) {}

  /** @throws DomainError `invalid_request_error`. */
  execute({ dryRun, author }: Input): Promise<ImportPriceListReply> {
    const problems = new Problems();
    problems.expect(typeof dryRun === 'boolean', 'dryRun', 'must be true or false');
    problems.expect(typeof author === 'string' && author.length > 0, 'author', 'must be given');
    expectText(author, 'author', 200, problems);
    problems.throwIfAny();
    const entries = STARTER_CATALOG.map((model) => ({ model, notes: [] }));
    const policy = { existing: 'nothing', confirmed: false } as const;
    return this.importPriceList.import(entries, policy, { dryRun, author, note: STARTER_NOTE });
  }
}
