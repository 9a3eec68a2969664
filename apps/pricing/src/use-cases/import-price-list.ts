import { Injectable } from '@nestjs/common';
import { PRICE_LIST_FORMATS, type ImportPriceList as Input, type ImportPriceListReply } from '@code-router/contracts';
import { Problems } from '@code-router/input';
import { CatalogEditor } from '../domain/catalog-editor.js';
import { CatalogLists } from '../domain/catalog-lists.js';
import { ChangeNotices } from '../domain/change-notices.js';
import { importReply } from '../domain/import-reply.js';
import { expectText } from '../domain/input-rules.js';
import { planImport, type ImportPolicy, type KnownCatalog, type PriceListEntry } from '../domain/price-list-plan.js';
import { unpacked } from '../price-list-formats/packed-text.js';
import { READERS } from '../price-list-formats/price-list-format.js';

const ENTRIES_MAX = 20_000;

/** Brings the catalogue to what a price list says: all of it in one change, or nothing. */
@Injectable()
export class ImportPriceList {
  constructor(
    private readonly editor: CatalogEditor,
    private readonly lists: CatalogLists,
    private readonly notices: ChangeNotices,
  ) {}

  /** @throws DomainError `invalid_request_error`, `conflict`, `not_found`. */
  async execute(input: Input): Promise<ImportPriceListReply> {
    expectInput(input);
    const reader = READERS[input.format];
    const entries = chosen(reader.read(unpacked(input)), input.only);
    const confirmed = input.confirmed === true;
    const note = input.note ?? `From ${reader.title}`;
    return this.import(entries, { existing: reader.existing, confirmed }, { ...input, note });
  }

  async import(
    entries: readonly PriceListEntry[],
    policy: ImportPolicy,
    { dryRun, author, note }: { readonly dryRun: boolean; readonly author: string; readonly note: string },
  ): Promise<ImportPriceListReply> {
    if (dryRun) {
      const plan = planImport(entries, await this.lists.known(), { ...policy, confirmed: true });
      return importReply(plan, false);
    }
    const plan = (known: KnownCatalog) => planImport(entries, known, policy);
    const { plan: done, catalogVersion } = await this.editor.carryOut(plan, { author, note });
    if (catalogVersion !== undefined) this.notices.changed(catalogVersion);
    return importReply(done, catalogVersion !== undefined);
  }
}

function expectInput(input: Input): void {
  const problems = new Problems();
  const isKnown = (PRICE_LIST_FORMATS as readonly unknown[]).includes(input.format);
  problems.expect(isKnown, 'format', `must be one of ${PRICE_LIST_FORMATS.join(', ')}`);
  problems.expect(typeof input.dryRun === 'boolean', 'dryRun', 'must be true or false');
  problems.expect(typeof input.author === 'string' && input.author.length > 0, 'author', 'must be given');
  expectText(input.author, 'author', 200, problems);
  expectText(input.note, 'note', 2_000, problems);
  const isConfirmation = input.confirmed === undefined || typeof input.confirmed === 'boolean';
  problems.expect(isConfirmation, 'confirmed', 'must be true or false');
  const isOnly = input.only === undefined || (Array.isArray(input.only) && input.only.length <= ENTRIES_MAX);
  problems.expect(isOnly, 'only', 'must be a list of names');
  problems.throwIfAny();
}

/** @throws DomainError `invalid_request_error` when the list is too long, or lacks what was chosen of it. */
function chosen(entries: readonly PriceListEntry[], only: readonly string[] | undefined): readonly PriceListEntry[] {
  const problems = new Problems();
  problems.expect(entries.length > 0, 'content', 'has no models');
  problems.expect(entries.length <= ENTRIES_MAX, 'content', `must have at most ${ENTRIES_MAX} models`);
  const names = new Set(entries.map(nameOf));
  const missing = (only ?? []).filter((name) => !names.has(name));
  problems.expect(
    missing.length === 0,
    'only',
    `names what the list does not have: ${missing.slice(0, 10).join(', ')}`,
  );
  problems.throwIfAny();
  const wanted = only && new Set(only);
  return wanted ? entries.filter((entry) => wanted.has(nameOf(entry))) : entries;
}

function nameOf(entry: PriceListEntry): string {
  return 'skipped' in entry ? entry.name : entry.model.name;
}
