import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { createTestDatabase, startStandalone, type StandaloneSystem } from '@code-router/testing';
import { Visitor, type VisitorOptions } from './visitor.js';

/** The standalone server as it is built, and a browser. */
export interface RunningWeb {
  readonly system: StandaloneSystem;
  readonly baseUrl: string;
  /** Opens a window of its own: its cookies and choices are no other visitor's. */
  visitor(options?: VisitorOptions): Promise<Visitor>;
  stop(): Promise<void>;
}

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Nothing that the browser does of its own accord: no updates, no synchronisation, no protocols that tests cannot see. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--force-color-profile=srgb',
];

/** Starts both, once for a file of tests. */
export async function startWeb(environment: Readonly<Record<string, string>> = {}): Promise<RunningWeb> {
  const resources = new AsyncDisposableStack();
  try {
    const database = await createTestDatabase();
    resources.defer(() => database.drop());
    const system = await startStandalone({ databaseUrl: database.url, environment });
    resources.defer(() => system.stop());
    const browser = await launchBrowser();
    resources.defer(() => browser.close());
    return {
      system,
      baseUrl: system.baseUrl,
      visitor: (options = {}) => Visitor.open(browser, system, options),
      stop: () => resources.disposeAsync(),
    };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? CHROMIUM.find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error('There is no Chromium: run this through npm test, which installs it, or set CHROMIUM_PATH.');
  }
  return chromium.launch({ executablePath, args: FLAGS });
}
