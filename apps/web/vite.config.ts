import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import postcssPresetMantine from 'postcss-preset-mantine';
import { defineConfig, type Plugin } from 'vite';

/** Where a gateway runs that the development server passes the API on to. */
const gateway = process.env['CODE_ROUTER_URL'] ?? 'http://127.0.0.1:3000';

const library = (name: string) => fileURLToPath(new URL(`../../libs/${name}/src/index.ts`, import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [compressAssets()],
  resolve: {
    alias: { '@code-router/contracts': library('contracts'), '@code-router/money': library('money') },
  },
  css: {
    postcss: { plugins: [postcssPresetMantine()] },
    modules: { localsConvention: 'camelCaseOnly' },
  },
  // The gateway puts a nonce of its own in its place with each answer.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: fileURLToPath(new URL('../../dist/apps/web', import.meta.url)),
    emptyOutDir: true,
    manifest: true,
    target: 'es2023',
    // Small files would else become data: URLs, which the Content-Security-Policy does not allow everywhere.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: { port: 5173, proxy: { '/api': gateway, '/v1': gateway } },
  preview: { port: 4173, proxy: { '/api': gateway, '/v1': gateway } },
});

/** Writes `.br` and `.gz` beside each asset: compressed once and well, instead of with every answer. */
function compressAssets(): Plugin {
  return {
    name: 'compress-assets',
    apply: 'build',
    writeBundle({ dir }) {
      if (dir === undefined) return;
      for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|css|svg|json)$/.test(entry.name)) continue;
        const file = join(entry.parentPath, entry.name);
        const content = readFileSync(file);
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
        writeFileSync(`${file}.br`, brotliCompressSync(content, quality));
        writeFileSync(`${file}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
      }
    },
  };
}
