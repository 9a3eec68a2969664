import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that operating systems give to outgoing connections (from 32,768 on Linux), of which a busy run has
 * hundreds: one that is free now would soon be the near end of somebody's connection.
 */
const PORTS = { from: 20_000, to: 32_000 } as const;
const ATTEMPTS_MAX = 100;

/** Of this process; what starts on one of them may take a while to listen, or be away for a moment. */
const given = new Set<number>();

/**
 * A port of the loopback interface that nothing listens on now, and that is not given away again.
 *
 * @throws Error when no free one was found.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`found no free port from ${PORTS.from} to ${PORTS.to}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!(await listening)) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}
