import type { Server } from 'node:http';

const SWEEP_INTERVAL_MS = 50;

/**
 * Refuses new connections, lets the requests under way finish, and closes what is left after the timeout. Connections
 * that clients keep alive are closed as soon as their last request is answered.
 */
export async function drainHttp(server: Server, timeoutMs: number): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_INTERVAL_MS);
  const limit = setTimeout(() => server.closeAllConnections(), timeoutMs);
  try {
    await closed;
  } finally {
    clearInterval(sweep);
    clearTimeout(limit);
  }
}
