import { Injectable } from '@nestjs/common';
import type { CreateModel as Input, Model } from '@code-router/contracts';
import { CatalogEditor } from '../domain/catalog-editor.js';
import { ChangeNotices } from '../domain/change-notices.js';
import { newModel } from '../domain/model-input.js';

/** Enters a model. It can be used as soon as a price of it is in force. */
@Injectable()
export class CreateModel {
  constructor(
    private readonly editor: CatalogEditor,
    private readonly notices: ChangeNotices,
  ) {}

  /** @throws DomainError `invalid_request_error`, `conflict`, `not_found`. */
  async execute(input: Input): Promise<Model> {
    const { entry, catalogVersion } = await this.editor.addModel(newModel(input));
    this.notices.changed(catalogVersion);
    return entry;
  }
}
