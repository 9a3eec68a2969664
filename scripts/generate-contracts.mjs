/**
 * `npm run generate:contracts`: writes what consumers of usage events in other languages read, from the TypeScript types
 * that the services are compiled with. `--out FOLDER` writes it somewhere else, so that a test can compare.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { usageAsyncApi } from './contracts/usage-asyncapi.mjs';
import { ROOT, say } from './commands.mjs';
import { installDependencies } from './prepare.mjs';

installDependencies();
// Only now: a fresh clone has no packages before.
const { format, resolveConfig } = await import('prettier');
const { usageEventSchema } = await import('./contracts/usage-event-schema.mjs');

const { values } = parseArgs({ options: { out: { type: 'string', default: join(ROOT, 'docs', 'events') } } });
const folder = resolve(values.out);
mkdirSync(folder, { recursive: true });

const schema = usageEventSchema();
const example = JSON.parse(readFileSync(join(ROOT, 'docs', 'events', 'usage-event.example.json'), 'utf8'));
await write('usage-event.schema.json', schema);
await write('asyncapi.json', usageAsyncApi(schema, example));

/** In the form that the rest of the repository is kept in. */
async function write(name, document) {
  const path = join(folder, name);
  const options = await resolveConfig(join(ROOT, 'docs', 'events', name));
  writeFileSync(path, await format(JSON.stringify(document), { ...options, parser: 'json' }));
  say(`Wrote ${path}.`);
}
