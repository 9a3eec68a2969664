import { connect } from 'node:net';
import { SettingsError } from '@code-router/config';

const TIMEOUT_MS = 5_000;

/**
 * Finds out before anything is started whether the server of a setting answers; a queue would try for ever instead.
 *
 * @throws SettingsError naming the setting and the address.
 */
export async function assertAnswers(setting: string, url: string, portDefault: number): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname.replaceAll(/[[\]]/g, ''), port: Number(port) || portDefault });
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer')));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
  } catch (error) {
    const address = `${hostname}:${port || portDefault}`;
    throw new SettingsError(`${setting}: nothing answers at ${address}. Is that server running?`, { cause: error });
  } finally {
    socket.destroy();
  }
}
