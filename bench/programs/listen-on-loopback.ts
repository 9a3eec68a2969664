import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens on a free port, and tells it in the line that `startProgram` waits for. Ends the process on SIGTERM. */
export async function listenOnLoopback(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 1_024, resolve));
  process.stdout.write(`listening on ${(server.address() as AddressInfo).port}\n`);
  process.once('SIGTERM', () => process.exit(0));
}
