/** A JSON Schema, of which only what `ts-json-schema-generator` writes is looked at. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly [keyword: string]: unknown;
}

/** What people read, and where definitions stand: neither decides what is valid. */
const WITHOUT_MEANING = ['$schema', 'title', 'description', 'definitions', '$ref', 'examples', 'default'];
const COMPARED_BY_MEANING = ['properties', 'required', 'items', 'enum'];

/**
 * What a consumer that was written for the schema of before would stumble over in events of the schema of now: a
 * property that is gone, or no longer always there, a value that it could not expect. Properties that were added are no
 * change, as long as they may be absent: events that were published before do not have them.
 *
 * @returns one line for each change, with the path to it; none when only something was added.
 */
export function breakingChanges(before: JsonSchema, now: JsonSchema): readonly string[] {
  const changes: string[] = [];
  compare(before, now, 'event');
  return changes;

  function compare(old: JsonSchema, current: JsonSchema, path: string): void {
    const [from, to] = [resolved(old, before), resolved(current, now)];
    compareKeywords(from, to, path);
    compareProperties(from, to, path);
    const values = (to.enum ?? []).filter((value) => !(from.enum ?? []).includes(value));
    if (from.enum && values.length > 0) changes.push(`${path} may now be ${values.join(', ')}`);
    if (from.enum && !to.enum) changes.push(`${path} may now be anything`);
    if (from.items) compare(from.items, to.items ?? {}, `${path}[]`);
  }

  function compareKeywords(from: JsonSchema, to: JsonSchema, path: string): void {
    for (const keyword of new Set([...Object.keys(from), ...Object.keys(to)])) {
      if (WITHOUT_MEANING.includes(keyword) || COMPARED_BY_MEANING.includes(keyword)) continue;
      const [was, is] = [JSON.stringify(from[keyword]), JSON.stringify(to[keyword])];
      if (was !== is) changes.push(`${path}: ${keyword} was ${was ?? 'absent'} and is ${is ?? 'absent'}`);
    }
  }

  function compareProperties(from: JsonSchema, to: JsonSchema, path: string): void {
    for (const [name, property] of Object.entries(from.properties ?? {})) {
      const current = to.properties?.[name];
      if (current) compare(property, current, `${path}.${name}`);
      else changes.push(`${path}.${name} is gone`);
    }
    const [wasRequired, isRequired] = [from.required ?? [], to.required ?? []];
    for (const name of wasRequired) {
      if (!isRequired.includes(name)) changes.push(`${path}.${name} may now be absent`);
    }
    for (const name of isRequired) {
      if (!wasRequired.includes(name)) changes.push(`${path}.${name} is now required`);
    }
  }
}

function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (!schema.$ref) return schema;
  const target = root.definitions?.[schema.$ref.replace('#/definitions/', '')];
  if (!target) throw new Error(`${schema.$ref} leads nowhere`);
  return resolved(target, root);
}
