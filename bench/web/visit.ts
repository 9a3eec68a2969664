import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { BENCH_DIRECTORY } from '../bench-directory.js';

/** The cookie of a session, as a browser has it after signing in. */
export type Session = Awaited<ReturnType<typeof signIn>>;

/** How a page was loaded; bytes as they were transferred, times since the navigation began. */
export interface Load {
  readonly firstPaintMs: number;
  readonly largestPaintMs: number;
  readonly layoutShift: number;
  readonly blockingMs: number;
  readonly scriptBytes: number;
}

export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** Asks what observe-page.js has noted: an expression of its object. */
  observed<Answer>(expression: string): Promise<Answer>;
}

const OBSERVER = readFileSync(join(BENCH_DIRECTORY, 'web/observe-page.js'), 'utf8');

/** Opens a page in a window that has kept nothing, so that everything is loaded as at a first visit. */
export async function visit(browser: Browser, url: string, session?: Session, accountId?: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, locale: 'en-US' });
  await context.addInitScript(OBSERVER);
  if (session) {
    await context.addCookies(session);
    await context.addInitScript(`localStorage.setItem('code-router-signed-in', 'yes')`);
  }
  if (accountId !== undefined)
    await context.addInitScript(`localStorage.setItem('code-router-account', '${accountId}')`);
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForLoadState('networkidle');
  return {
    page,
    observed: (expression) => page.evaluate(`codeRouterBench.${expression}`),
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Signs the administrator in, as the page of sign-in does. */
export async function signIn(browser: Browser, baseUrl: string, password: string) {
  const context = await browser.newContext();
  try {
    const answer = await context.request.post(`${baseUrl}/api/auth/login`, {
      data: { username: 'admin', password, cookie: true },
      headers: { 'x-code-router-csrf': '1' },
    });
    if (!answer.ok()) throw new Error(`signing in answered ${answer.status()}`);
    return await context.cookies();
  } finally {
    await context.close();
  }
}
