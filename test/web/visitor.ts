import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults, RunOptions } from 'axe-core';
import type { BrowserContext, ConsoleMessage, Cookie, Page, Request } from 'playwright-core';
import { waitFor, type StandaloneSystem } from '@code-router/testing';
import { SIGNED_IN_COOKIE, VIEWPORTS, type Window, type Windows } from './windows.js';

/** How a page is shown. */
export interface Appearance {
  readonly language: 'en' | 'zh';
  readonly theme: 'light' | 'dark';
  readonly device: 'desktop' | 'phone';
}

export interface VisitorOptions extends Partial<Appearance> {
  /** Signs in before the first page: as the administrator, or as somebody who signed up. */
  readonly signedInAs?: 'admin' | { readonly username: string; readonly password: string };
}

const SCREENSHOTS = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

/** The source of axe-core, which is evaluated in a page: a script element would be refused by the page's policy. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** `npm run screenshots`. */
export const TAKES_PICTURES = process.env['CODE_ROUTER_SCREENSHOTS'] === '1';

/** The cookies of whoever has signed in, by name: checking a password is slow on purpose, and is done once for each. */
export type Sessions = Map<string, Cookie[]>;

/** Where the router of the app makes itself known. */
type Routed = Readonly<Record<'__TSR_ROUTER__', { navigate(to: { readonly href: string }): Promise<void> }>>;

/** Somebody with a browser window. What goes wrong in it is noted, and fails the test that asks. */
export class Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  private noted: string[] = [];
  private readonly underWay = new Set<Request>();
  private readonly stopNoting: () => void;

  private constructor(
    private readonly window: Window,
    private readonly windows: Windows,
    private readonly system: StandaloneSystem,
    private appearance: Appearance,
  ) {
    const { page, context } = window;
    this.page = page;
    this.context = context;
    const onConsole = (message: ConsoleMessage) => {
      if (message.type() === 'error') this.noted.push(`console: ${message.text()} (${message.location().url})`);
    };
    const onThrown = (error: Error) => this.noted.push(`thrown: ${error.stack ?? error.message}`);
    const onBegun = (request: Request) => this.underWay.add(request);
    const onEnded = (request: Request) => this.underWay.delete(request);
    page.on('console', onConsole).on('pageerror', onThrown);
    page.on('request', onBegun).on('requestfinished', onEnded).on('requestfailed', onEnded);
    this.stopNoting = () => {
      page.off('console', onConsole).off('pageerror', onThrown);
      page.off('request', onBegun).off('requestfinished', onEnded).off('requestfailed', onEnded);
    };
  }

  static async open(
    windows: Windows,
    system: StandaloneSystem,
    options: VisitorOptions,
    sessions: Sessions,
  ): Promise<Visitor> {
    const { language = 'en', theme = 'light', device = 'desktop', signedInAs } = options;
    const window = await windows.take(language, device);
    await window.page.emulateMedia({ colorScheme: theme });
    const visitor = new Visitor(window, windows, system, { language, theme, device });
    if (signedInAs !== undefined) await visitor.signIn(signedInAs, sessions);
    return visitor;
  }

  /** Opens a page of the app, and waits for its heading. */
  async open(path: string): Promise<Page> {
    await this.page.goto(path);
    await this.page.getByRole('heading', { level: 1 }).first().waitFor();
    return this.page;
  }

  /** Goes to another page of the app without loading the app again, and waits for everything that it shows. */
  async visit(path: string): Promise<Page> {
    // As a link does it, but that it waits until the other page is there.
    await this.page.evaluate((href) => (window as unknown as Routed)['__TSR_ROUTER__'].navigate({ href }), path);
    await this.settled();
    await this.page.getByRole('heading', { level: 1 }).first().waitFor();
    return this.page;
  }

  /** Shows the same page in another language, theme or size. */
  async appear(change: Partial<Appearance>): Promise<void> {
    const { language, theme, device } = change;
    if (theme !== undefined) await this.page.emulateMedia({ colorScheme: theme });
    if (device !== undefined) await this.page.setViewportSize(VIEWPORTS[device]);
    if (language !== undefined && language !== this.appearance.language) {
      await this.page.getByRole('button', { name: language === 'zh' ? '中文' : 'English', exact: true }).click();
      const tag = language === 'zh' ? 'zh-CN' : 'en';
      await this.page.locator(`html[lang="${tag}"]`).waitFor();
    }
    this.appearance = { ...this.appearance, ...change };
    // Nothing looks as if somebody pointed at it.
    await this.page.mouse.move(0, 0);
    await this.settled();
  }

  /** Resolves when nothing is being loaded any more, and what was loaded is painted. */
  async settled(): Promise<void> {
    await waitFor(
      async () => {
        if (this.underWay.size > 0) return false;
        const isShown = await this.page.evaluate(async () => {
          const painted = () => new Promise((resolve) => requestAnimationFrame(resolve));
          await painted();
          await painted();
          return (
            document.querySelector('h1') !== null &&
            document.querySelector('.mantine-Skeleton-root, .mantine-Loader-root') === null
          );
        });
        return isShown && this.underWay.size === 0;
      },
      { what: 'a page that is loaded', timeoutMs: 30_000 },
    );
  }

  /** What went wrong since this was asked last: errors in the console, what was thrown, what the policy refused. Nothing is what tests expect. */
  problems(allowed: readonly RegExp[] = []): readonly string[] {
    const noted = this.noted;
    this.noted = [];
    return noted.filter((problem) => !allowed.some((pattern) => pattern.test(problem)));
  }

  /** What axe-core finds serious in the page as it is now; of the rules that are said, or of all. */
  async seriousViolations(rules?: readonly string[]): Promise<readonly string[]> {
    if (!(await this.page.evaluate(() => 'axe' in window))) await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate(
      (options) => (window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(options),
      {
        resultTypes: ['violations'],
        // Needed by one experimental rule only, which is off.
        preload: false,
        ...(rules === undefined ? {} : { runOnly: [...rules] }),
      } satisfies RunOptions,
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
    if (!TAKES_PICTURES) return;
    const { language, theme, device } = this.appearance;
    const variant = [
      language === 'en' ? '' : '-zh',
      theme === 'light' ? '' : '-dark',
      device === 'desktop' ? '' : '-phone',
    ];
    await mkdir(SCREENSHOTS, { recursive: true });
    await this.settled();
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}${variant.join('')}.png`) });
  }

  /** Leaves the window to the next visitor. */
  async close(): Promise<void> {
    this.stopNoting();
    await this.windows.giveBack(this.window);
  }

  private async signIn(as: NonNullable<VisitorOptions['signedInAs']>, sessions: Sessions): Promise<void> {
    const { username, password } = as === 'admin' ? { username: 'admin', password: this.system.adminPassword } : as;
    await this.context.addCookies([{ name: SIGNED_IN_COOKIE, value: 'yes', url: this.system.baseUrl }]);
    const cookies = sessions.get(username);
    if (cookies !== undefined) return this.context.addCookies(cookies);
    // The cookie of the answer is the context's from then on.
    const answer = await this.context.request.post('/api/auth/login', {
      data: { username, password, cookie: true },
      headers: { 'x-code-router-csrf': '1' },
    });
    if (!answer.ok()) throw new Error(`signing in answered ${answer.status()}: ${await answer.text()}`);
    sessions.set(username, await this.context.cookies());
  }
}
