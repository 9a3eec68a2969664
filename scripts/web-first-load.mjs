/**
 * How much JavaScript a visitor of /pricing loads before the page can be used, compressed: `node scripts/web-first-load.mjs`.
 * Its answer is 1 when that is more than the budget. Reads the build; the end-to-end tests do the same.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const FIRST_LOAD_BYTES_MAX = 200 * 1024;

/** What the page itself needs beside the entry: its code and its English texts. */
const PAGE = ['src/features/pricing/pricing-page.tsx', 'src/features/pricing/locales/en.json'];

const BUILD = fileURLToPath(new URL('../dist/apps/web', import.meta.url));

/** @returns each file of JavaScript that is loaded first, with its bytes as Brotli, the largest first. */
export function firstLoad(build = BUILD) {
  const manifest = JSON.parse(readFileSync(join(build, '.vite', 'manifest.json'), 'utf8'));
  const files = new Set();
  const add = (key) => {
    const chunk = manifest[key];
    if (!chunk) throw new Error(`the build has no ${key}`);
    if (files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const imported of chunk.imports ?? []) add(imported);
  };
  for (const key of ['index.html', ...PAGE]) add(key);
  return [...files]
    .filter((file) => file.endsWith('.js'))
    .map((file) => ({ file, bytes: statSync(join(build, `${file}.br`)).size }))
    .toSorted((a, b) => b.bytes - a.bytes);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = firstLoad();
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { file, bytes } of files) process.stdout.write(`${String(bytes).padStart(8)}  ${file}\n`);
  process.stdout.write(`${String(total).padStart(8)}  of at most ${FIRST_LOAD_BYTES_MAX}\n`);
  process.exitCode = total > FIRST_LOAD_BYTES_MAX ? 1 : 0;
}
