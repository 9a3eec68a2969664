import { createTestDatabase, launchChromium, startStandalone, type StandaloneSystem } from '@code-router/testing';
import { showPastUsage } from './past-usage.js';
import { TAKES_PICTURES, Visitor, type Sessions, type VisitorOptions } from './visitor.js';
import { Windows } from './windows.js';

/** The standalone server as it is built, and a browser. */
export interface RunningWeb {
  readonly system: StandaloneSystem;
  readonly baseUrl: string;
  /** Opens a window of its own: its cookies and choices are no other visitor's. */
  visitor(options?: VisitorOptions): Promise<Visitor>;
  /** For pictures of the documentation: fills the charts with a month of use, when `npm run screenshots` takes them. */
  showPastUsage(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts both, once for a file of tests.
 *
 * @param port where the server listens, when that must be known before.
 */
export async function startWeb(environment: Readonly<Record<string, string>> = {}, port?: number): Promise<RunningWeb> {
  const resources = new AsyncDisposableStack();
  try {
    const launching = launchChromium();
    // Its failure is met below, where it is waited for.
    launching.catch(() => undefined);
    resources.defer(() => launching.then((browser) => browser.close()));
    const database = await createTestDatabase();
    resources.defer(() => database.drop());
    const system = await startStandalone({
      databaseUrl: database.url,
      environment,
      ...(port === undefined ? {} : { port }),
    });
    resources.defer(() => system.stop());
    const windows = new Windows(await launching, system.baseUrl);
    const sessions: Sessions = new Map();
    return {
      system,
      baseUrl: system.baseUrl,
      visitor: (options = {}) => Visitor.open(windows, system, options, sessions),
      showPastUsage: () => (TAKES_PICTURES ? showPastUsage(database.url) : Promise.resolve()),
      stop: () => resources.disposeAsync(),
    };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}
