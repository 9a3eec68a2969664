import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { securePage } from './security-headers.js';

/** Where `apps/web` is built to: beside this program, which may run from its sources. */
export function webAppDirectory(): string {
  const root = fileURLToPath(new URL('../../../../', import.meta.url));
  return join(root, basename(root) === 'dist' ? 'apps/web' : 'dist/apps/web');
}

const PAGE = 'index.html';
const ASSETS = 'assets';
/** What the build leaves in the page where a nonce is to be. */
const NONCE = '__CSP_NONCE__';
/** Below these lies no page: what is not there is an error, for machines. */
const RESERVED = /^\/(api|v1|v1beta|health|metrics|assets)(\/|\?|$)/;

/**
 * Serves the web app, if it was built. Assets have the hash of their content in their names, so they never change; every
 * path that a browser goes to and that is nothing else is the app's page, which finds its own way from there.
 */
export function serveWebApp(instance: FastifyInstance, directory: string): void {
  if (!existsSync(join(directory, PAGE))) return;
  const shared = { index: false, dotfiles: 'ignore', preCompressed: true, setHeaders: varyByEncoding } as const;
  void instance.register(fastifyStatic, {
    ...shared,
    root: join(directory, ASSETS),
    prefix: `/${ASSETS}/`,
    maxAge: '365d',
    immutable: true,
  });
  // Files whose names stay the same, such as the icon.
  void instance.register(fastifyStatic, {
    ...shared,
    root: directory,
    wildcard: false,
    globIgnore: [PAGE, `${ASSETS}/**`, '**/*.{br,gz,map}'],
    decorateReply: false,
    maxAge: '1h',
  });
  instance.get('/*', (request, reply) => sendPage(directory, request, reply));
}

async function sendPage(directory: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  if (RESERVED.test(request.url) || !isNavigation(request)) {
    reply.callNotFound();
    return reply;
  }
  const page = await readFile(join(directory, PAGE), 'utf8');
  const nonce = securePage(request, reply);
  // No validator: a page that was kept would go with the nonce of another answer.
  return reply
    .headers({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' })
    .send(page.replaceAll(NONCE, nonce));
}

/** Names of files, which pages do not have: a model may be called `gpt-4.1`, but not `icon.png`. */
const FILE = /\.[a-z][a-z0-9]+$/i;
/** Who calls the API brings a key, and is told that there is no such endpoint. */
const KEYS = ['authorization', 'x-api-key', 'x-goog-api-key'];

/**
 * Whether somebody goes there with a browser, or with a probe, `curl` or `fetch` of a program, which take anything, rather
 * than a page for its pictures and scripts, or a client of the API.
 */
function isNavigation({ headers, url }: FastifyRequest): boolean {
  const { accept = '*/*', 'sec-fetch-mode': mode } = headers;
  if (accept.includes('text/html')) return true;
  if (!accept.includes('*/*') || mode === 'no-cors' || KEYS.some((key) => key in headers)) return false;
  return !FILE.test(url.split('?', 1)[0] ?? '');
}

/** Caches between must not give one browser's encoding to another. */
function varyByEncoding(reply: FastifyReply): void {
  void reply.header('vary', 'accept-encoding');
}
