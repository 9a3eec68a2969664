import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import { ROOT } from '../commands.mjs';

/**
 * JSON Schema of a usage event, draft 7: the types of `libs/contracts/src/usage-event.ts` with what their doc comments
 * say. Properties that are not known are allowed, because within `v1` some may be added.
 */
export function usageEventSchema() {
  const generator = createGenerator({
    path: join(ROOT, 'libs/contracts/src/usage-event.ts'),
    tsconfig: join(ROOT, 'tsconfig.json'),
    type: 'UsageEvent',
    expose: 'export',
    jsDoc: 'extended',
    additionalProperties: true,
    // The order in which a person would read them: that of the source.
    sortProps: false,
    // The build checks the types; here they are only read.
    skipTypeCheck: true,
  });
  const { $schema, ...schema } = generator.createSchema('UsageEvent');
  return { $schema, title: 'Usage event of Code Router, version 1', ...withoutLinks(schema) };
}

/** Doc comments link to other names of the source, which mean nothing outside of it. */
function withoutLinks(value) {
  if (typeof value === 'string') return value.replace(/\{@link\s+(\w+)\s*\}/g, '`$1`').replace(/ {2,}/g, ' ');
  if (Array.isArray(value)) return value.map(withoutLinks);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withoutLinks(part)]));
}
