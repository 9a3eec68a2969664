import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Appearance } from './visitor.js';

/** One window of a browser, with cookies and choices that no other one has. */
export interface Window {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly language: Appearance['language'];
  readonly device: Appearance['device'];
}

export const VIEWPORTS = { desktop: { width: 1360, height: 900 }, phone: { width: 390, height: 844 } } as const;

/** Tells the app's pages that somebody is signed in, before they load: the session itself is in a cookie that they cannot see. */
export const SIGNED_IN_COOKIE = 'test-signed-in';
const NOTE_SESSION = `if (document.cookie.includes('${SIGNED_IN_COOKIE}')) localStorage.setItem('code-router-signed-in', 'yes')`;

/**
 * The windows of a browser. One that is given back is emptied, but keeps what it has loaded of the app: whoever gets it next
 * waits a third as long for the first page.
 */
export class Windows {
  private readonly idle: Window[] = [];

  constructor(
    private readonly browser: Browser,
    private readonly baseUrl: string,
  ) {}

  async take(language: Appearance['language'], device: Appearance['device']): Promise<Window> {
    const place = this.idle.findIndex((window) => window.language === language && window.device === device);
    const [known] = place < 0 ? [] : this.idle.splice(place, 1);
    if (known) return known;
    const context = await this.browser.newContext({
      baseURL: this.baseUrl,
      viewport: VIEWPORTS[device],
      isMobile: device === 'phone',
      hasTouch: device === 'phone',
      locale: language === 'zh' ? 'zh-CN' : 'en-US',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await context.addInitScript(NOTE_SESSION);
    return { context, page: await context.newPage(), language, device };
  }

  async giveBack(window: Window): Promise<void> {
    const { context, page, device } = window;
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await context.clearCookies();
    // Pages without an origin, and those that refuse storage, have kept nothing.
    await page.evaluate(() => localStorage.clear()).catch(() => undefined);
    await page.goto('about:blank');
    await page.setViewportSize(VIEWPORTS[device]);
    this.idle.push(window);
  }
}
