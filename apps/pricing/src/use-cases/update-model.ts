import { Injectable } from '@nestjs/common';
import type { Model, UpdateModel as Input } from '@code-router/contracts';
import { CatalogEditor } from '../domain/catalog-editor.js';
import { ChangeNotices } from '../domain/change-notices.js';
import { modelUpdate } from '../domain/model-input.js';

/** Changes what is kept about a model, or enables and disables it. Its name stays, and so do its prices. */
@Injectable()
export class UpdateModel {
  constructor(
    private readonly editor: CatalogEditor,
    private readonly notices: ChangeNotices,
  ) {}

  /** @throws DomainError `invalid_request_error`, `conflict`, `not_found`. */
  async execute(input: Input): Promise<Model> {
    const { name, fields } = modelUpdate(input);
    const { entry, catalogVersion } = await this.editor.updateModel(name, fields);
    this.notices.changed(catalogVersion);
    return entry;
  }
}
