import { createTestDatabase, launchChromium, startStandalone, type StandaloneSystem } from '@code-router/testing';
import { Visitor, type Sessions, type VisitorOptions } from './visitor.js';

/** The standalone server as it is built, and a browser. */
export interface RunningWeb {
  readonly system: StandaloneSystem;
  readonly baseUrl: string;
  /** Opens a window of its own: its cookies and choices are no other visitor's. */
  visitor(options?: VisitorOptions): Promise<Visitor>;
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
    const database = await createTestDatabase();
    resources.defer(() => database.drop());
    const system = await startStandalone({
      databaseUrl: database.url,
      environment,
      ...(port === undefined ? {} : { port }),
    });
    resources.defer(() => system.stop());
    const browser = await launchChromium();
    resources.defer(() => browser.close());
    const sessions: Sessions = new Map();
    return {
      system,
      baseUrl: system.baseUrl,
      visitor: (options = {}) => Visitor.open(browser, system, options, sessions),
      stop: () => resources.disposeAsync(),
    };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}
