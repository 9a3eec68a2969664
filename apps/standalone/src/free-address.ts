import { createServer } from 'node:net';

/**
 * Finds out before anything is created whether the address can be had.
 *
 * @throws Error with the code and the address, as listening itself would.
 */
export async function assertAddressIsFree(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
