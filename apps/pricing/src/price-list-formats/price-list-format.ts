import type { PriceListExportFormat, PriceListFormat, PriceListModel } from '@code-router/contracts';
import type { ImportPolicy, PriceListEntry } from '../domain/price-list-plan.js';
import { readCsvList, writeCsvList } from './csv-list.js';
import { readJsonList, writeJsonList } from './json-list.js';
import { readLiteLlm } from './litellm.js';
import { readOpenRouter } from './openrouter.js';

interface Reader {
  readonly title: string;
  readonly existing: ImportPolicy['existing'];
  read(text: string): readonly PriceListEntry[];
}

/** How a list is read, and what it may change of models that exist. */
export const READERS: Readonly<Record<PriceListFormat, Reader>> = {
  'code-router-json': { title: 'a price list in JSON', existing: 'profile-and-price', read: readJsonList },
  'code-router-csv': { title: 'a price list in CSV', existing: 'profile-and-price', read: readCsvList },
  litellm: { title: "LiteLLM's price map", existing: 'price', read: readLiteLlm },
  openrouter: { title: "OpenRouter's list of models", existing: 'price', read: readOpenRouter },
};

export const WRITERS: Readonly<Record<PriceListExportFormat, (models: readonly PriceListModel[]) => string>> = {
  'code-router-json': writeJsonList,
  'code-router-csv': writeCsvList,
};
