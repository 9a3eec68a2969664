/**
 * Lets Node run the TypeScript sources as the tests do, so that the servers of a test run need no build: `@code-router/x`
 * is a library's `index.ts`, a `.js` beside it is its `.ts`, and decorators are compiled.
 */
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const LIBRARIES = new URL('../../libs/', import.meta.url);

registerHooks({
  resolve(specifier, context, next) {
    const library = /^@code-router\/([^/]+)$/.exec(specifier)?.[1];
    if (library) return next(new URL(`${library}/src/index.ts`, LIBRARIES).href, context);
    if (/^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.endsWith('.ts')) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(source)) return next(source.href, context);
    }
    return next(specifier, context);
  },

  load(url, context, next) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), {
      filename,
      sourceMaps: 'inline',
      jsc: {
        target: 'es2024',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
      },
      module: { type: 'es6' },
    });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
