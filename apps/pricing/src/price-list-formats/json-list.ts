import { DomainError, type PriceListModel } from '@code-router/contracts';
import { Problems } from '@code-router/input';
import type { PriceListEntry } from '../domain/price-list-plan.js';
import { expectModel, givenFields } from '../domain/model-input.js';
import { expectTerms } from '../domain/price-version-input.js';

const FIELDS = ['name', 'terms', 'isPlaceholder'];

/**
 * Reads our own JSON: `{ "models": [...] }`, each as {@link PriceListModel}.
 *
 * @throws DomainError `invalid_request_error` naming everything that is wrong.
 */
export function readJsonList(text: string): readonly PriceListEntry[] {
  const models = modelsOf(parse(text));
  return checkedEntries(models, (index) => `models[${index}].`);
}

/** One model to a paragraph, so that versions of a list compare well line by line. */
export function writeJsonList(models: readonly PriceListModel[]): string {
  return `${JSON.stringify({ models }, null, 2)}\n`;
}

/**
 * Checks the models of a list of our own: one that is wrong keeps all of them out.
 *
 * @param pathOf what the fields of a model are called by in errors.
 * @throws DomainError `invalid_request_error` naming everything that is wrong.
 */
export function checkedEntries(
  models: readonly PriceListModel[],
  pathOf: (index: number) => string,
): readonly PriceListEntry[] {
  const problems = new Problems();
  const indexOf = new Map<string, number>();
  models.forEach((model, index) => {
    const path = pathOf(index);
    if (typeof model !== 'object' || model === null || Array.isArray(model)) {
      return problems.expect(false, path.slice(0, -1), 'must be an object');
    }
    expectModel(model, path, problems);
    if (model.terms !== undefined) expectTerms(model.terms, `${path}terms`, problems);
    const isFlag = model.isPlaceholder === undefined || typeof model.isPlaceholder === 'boolean';
    problems.expect(isFlag, `${path}isPlaceholder`, 'must be true or false');
    const known = new Set([...FIELDS, ...Object.keys(givenFields(model))]);
    for (const field of Object.keys(model))
      problems.expect(known.has(field), `${path}${field}`, 'is not a known field');
    problems.expect(!indexOf.has(model.name), `${path}name`, 'is in the list twice');
    indexOf.set(model.name, index);
  });
  problems.throwIfAny();
  return models.map((model) => ({ model, notes: [] }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DomainError('invalid_request_error', `content is not JSON: ${(error as Error).message}`, {
      param: 'content',
    });
  }
}

function modelsOf(list: unknown): readonly PriceListModel[] {
  const models: unknown = typeof list === 'object' && list !== null && 'models' in list ? list.models : undefined;
  if (Array.isArray(models)) return models as readonly PriceListModel[];
  throw new DomainError('invalid_request_error', 'content must be a JSON object with a list of `models`.', {
    param: 'content',
  });
}
