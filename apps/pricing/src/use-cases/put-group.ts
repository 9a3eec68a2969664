import { Injectable } from '@nestjs/common';
import type { Group } from '@code-router/contracts';
import { CatalogEditor } from '../domain/catalog-editor.js';
import { ChangeNotices } from '../domain/change-notices.js';
import { groupTerms } from '../domain/group-input.js';

/** Enters a group, or changes its multiplier and description. */
@Injectable()
export class PutGroup {
  constructor(
    private readonly editor: CatalogEditor,
    private readonly notices: ChangeNotices,
  ) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(input: Group): Promise<Group> {
    const { entry, catalogVersion } = await this.editor.putGroup(groupTerms(input));
    this.notices.changed(catalogVersion);
    return entry;
  }
}
