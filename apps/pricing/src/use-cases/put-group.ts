import { Injectable } from '@nestjs/common';
import type { Group, KeptGroup } from '@code-router/contracts';
import { CatalogEditor } from '../domain/catalog-editor.js';
import { ChangeNotices } from '../domain/change-notices.js';
import { groupTerms } from '../domain/group-input.js';

/** Enters a group, or replaces what was entered for it: its multiplier, its description, and who may choose it. */
@Injectable()
export class PutGroup {
  constructor(
    private readonly editor: CatalogEditor,
    private readonly notices: ChangeNotices,
  ) {}

  /** @throws DomainError `invalid_request_error`, `not_found`. */
  async execute(input: Group): Promise<KeptGroup> {
    const { entry, catalogVersion } = await this.editor.putGroup(groupTerms(input));
    this.notices.changed(catalogVersion);
    return entry;
  }
}
