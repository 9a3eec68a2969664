import { ChildProgram } from '../processes/child-program.js';
import { freePort } from '../processes/free-port.js';
import { READY_MS_MAX, retryOnAnotherPort, type LocalServer, type LocalServerOptions } from './local-server.js';

/**
 * Starts a redis-server on the loopback interface. It writes its changes to a file, as a queue needs that has to
 * survive a restart. @throws Error that says how to install it.
 */
export async function startRedisServer({ directory, port: asked }: LocalServerOptions): Promise<LocalServer> {
  return retryOnAnotherPort(asked, freePort, async (port) => {
    const program = await ChildProgram.start({
      name: 'redis-server',
      command: 'redis-server',
      args: ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory, '--appendonly', 'yes', '--save', ''],
      environment: { PATH: process.env['PATH'] },
      installHint:
        'redis-server is not installed. Debian, Ubuntu: apt-get install redis-server. macOS: brew install redis.',
    });
    await program.waitForLine(/Ready to accept connections/, READY_MS_MAX);
    return { url: `redis://127.0.0.1:${port}`, port, program, stop: async () => void (await program.stop()) };
  });
}
