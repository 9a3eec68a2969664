import { Injectable } from '@nestjs/common';
import type { MultiplierOverride } from '@code-router/contracts';
import { CatalogEditor } from '../domain/catalog-editor.js';
import { ChangeNotices } from '../domain/change-notices.js';
import { override } from '../domain/group-input.js';

/** Sets the multiplier of a pair: of an account group and a key group, or of a model and a group. */
@Injectable()
export class PutMultiplier {
  constructor(
    private readonly editor: CatalogEditor,
    private readonly notices: ChangeNotices,
  ) {}

  /** @throws DomainError `invalid_request_error`, `not_found`. */
  async execute(input: MultiplierOverride): Promise<MultiplierOverride> {
    const { entry, catalogVersion } = await this.editor.putOverride(override(input));
    this.notices.changed(catalogVersion);
    return entry;
  }
}
