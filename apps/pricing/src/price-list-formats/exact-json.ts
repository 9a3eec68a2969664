import { DomainError } from '@code-router/contracts';

/** A value of a JSON text in which every number is the text that it was written as. */
export type ExactJson = string | boolean | null | readonly ExactJson[] | ExactJsonObject;

export interface ExactJsonObject {
  readonly [name: string]: ExactJson;
}

/** `context.source` is what the text says, of ECMAScript's proposal "JSON.parse source text access". */
type SourceReviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: SourceReviver) => unknown;

/**
 * Reads JSON without letting a number through floating point: 1e-07 stays "1e-07".
 *
 * @throws DomainError `invalid_request_error` when it is not JSON.
 */
export function parseExactJson(text: string): ExactJson {
  try {
    return parseWithSource(text, (_key, value, { source }) =>
      typeof value === 'number' && source !== undefined ? source : value,
    ) as ExactJson;
  } catch (error) {
    throw new DomainError('invalid_request_error', `content is not JSON: ${(error as Error).message}`, {
      param: 'content',
    });
  }
}

export function isJsonObject(value: ExactJson | undefined): value is ExactJsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a member that is text or a number; undefined otherwise. */
export function textOf(object: ExactJsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' ? value : undefined;
}

/** A member that is a whole number of at least 1; undefined otherwise. */
export function countOf(object: ExactJsonObject, name: string): number | undefined {
  const text = textOf(object, name);
  return text !== undefined && /^[1-9]\d{0,8}(\.0+)?$/.test(text) ? Math.trunc(Number(text)) : undefined;
}

/** The texts of a member that is a list; empty otherwise. */
export function textsOf(object: ExactJsonObject, name: string): string[] {
  const value = object[name];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
