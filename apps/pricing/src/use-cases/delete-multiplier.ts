import { Injectable } from '@nestjs/common';
import type { MultiplierOverride, MultiplierPair } from '@code-router/contracts';
import { CatalogEditor } from '../domain/catalog-editor.js';
import { ChangeNotices } from '../domain/change-notices.js';
import { pair } from '../domain/group-input.js';

/** Takes the multiplier of a pair away: the next one in the order of resolution applies. */
@Injectable()
export class DeleteMultiplier {
  constructor(
    private readonly editor: CatalogEditor,
    private readonly notices: ChangeNotices,
  ) {}

  /** @throws DomainError `invalid_request_error`, `not_found`. */
  async execute(input: MultiplierPair): Promise<MultiplierOverride> {
    const { entry, catalogVersion } = await this.editor.deleteOverride(pair(input));
    this.notices.changed(catalogVersion);
    return entry;
  }
}
