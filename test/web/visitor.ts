import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { StandaloneSystem } from '@code-router/testing';

export interface VisitorOptions {
  readonly language?: 'en' | 'zh';
  readonly theme?: 'light' | 'dark';
  readonly device?: 'desktop' | 'phone';
  /** Signs in before the first page: as the administrator, or as somebody who signed up. */
  readonly signedInAs?: 'admin' | { readonly username: string; readonly password: string };
}

const VIEWPORTS = { desktop: { width: 1360, height: 900 }, phone: { width: 390, height: 844 } } as const;
const SCREENSHOTS = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

/** The source of axe-core, which is evaluated in a page: a script element would be refused by the page's policy. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Somebody with a browser window. What goes wrong in it is noted, and fails the test that asks. */
export class Visitor {
  private readonly noted: string[] = [];

  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
    private readonly system: StandaloneSystem,
    private readonly options: VisitorOptions,
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error') this.noted.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => this.noted.push(`thrown: ${error.stack ?? error.message}`));
  }

  static async open(browser: Browser, system: StandaloneSystem, options: VisitorOptions): Promise<Visitor> {
    const { language = 'en', theme = 'light', device = 'desktop', signedInAs } = options;
    const context = await browser.newContext({
      baseURL: system.baseUrl,
      viewport: VIEWPORTS[device],
      isMobile: device === 'phone',
      hasTouch: device === 'phone',
      colorScheme: theme,
      locale: language === 'zh' ? 'zh-CN' : 'en-US',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const visitor = new Visitor(await context.newPage(), context, system, options);
    if (signedInAs !== undefined) await visitor.signIn(signedInAs);
    return visitor;
  }

  /** Opens a page of the app, and waits for its heading. */
  async open(path: string): Promise<Page> {
    await this.page.goto(path);
    await this.page.getByRole('heading', { level: 1 }).first().waitFor();
    return this.page;
  }

  /** What went wrong so far: errors in the console, what was thrown, what the policy refused. Nothing is what tests expect. */
  problems(allowed: readonly RegExp[] = []): readonly string[] {
    return this.noted.filter((problem) => !allowed.some((pattern) => pattern.test(problem)));
  }

  /** What axe-core finds serious in the page as it is now. */
  async seriousViolations(): Promise<readonly string[]> {
    await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate(() =>
      (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    );
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ''}`).join('\n')}`);
  }

  /** By how many pixels the page is wider than the screen: on a phone, a page only scrolls down. */
  async sidewaysScroll(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }

  /** Keeps a picture of the page for the documentation, when `npm run screenshots` asks for it. */
  async screenshot(name: string): Promise<void> {
    if (process.env['CODE_ROUTER_SCREENSHOTS'] !== '1') return;
    const { language = 'en', theme = 'light', device = 'desktop' } = this.options;
    const variant = [
      language === 'en' ? '' : '-zh',
      theme === 'light' ? '' : '-dark',
      device === 'desktop' ? '' : '-phone',
    ];
    await mkdir(SCREENSHOTS, { recursive: true });
    await this.page.waitForLoadState('networkidle');
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}${variant.join('')}.png`) });
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  private async signIn(as: NonNullable<VisitorOptions['signedInAs']>): Promise<void> {
    const { username, password } = as === 'admin' ? { username: 'admin', password: this.system.adminPassword } : as;
    // The cookie of the answer is the context's from then on.
    const answer = await this.context.request.post('/api/auth/login', {
      data: { username, password, cookie: true },
      headers: { 'x-code-router-csrf': '1' },
    });
    if (!answer.ok()) throw new Error(`signing in answered ${answer.status()}: ${await answer.text()}`);
    await this.context.addInitScript(() => localStorage.setItem('code-router-signed-in', 'yes'));
  }
}
