import { ChildProgram } from '../processes/child-program.js';
import { freePort } from '../processes/free-port.js';
import { READY_MS_MAX, retryOnAnotherPort, type LocalServer, type LocalServerOptions } from './local-server.js';

export interface NatsServerOptions extends LocalServerOptions {
  /** A configuration file, beside what is always set, and the variables that it names. */
  readonly configuration?: { readonly file: string; readonly variables?: Readonly<Record<string, string>> };
}

/** Starts a nats-server with JetStream on the loopback interface. @throws Error that says how to install it. */
export async function startNatsServer(options: NatsServerOptions): Promise<LocalServer> {
  const { directory, port: asked, configuration } = options;
  const configured = configuration ? ['--config', configuration.file] : [];
  return retryOnAnotherPort(asked, freePort, async (port) => {
    const program = await ChildProgram.start({
      name: 'nats-server',
      command: 'nats-server',
      args: ['--addr', '127.0.0.1', '--port', String(port), '--jetstream', '--store_dir', directory, ...configured],
      environment: { PATH: searchPath(), ...configuration?.variables },
      installHint:
        'nats-server is not installed. Debian, Ubuntu: apt-get install nats-server. macOS: brew install nats-server.',
    });
    await program.waitForLine(/Server is ready/, READY_MS_MAX);
    return { url: `nats://127.0.0.1:${port}`, port, program, stop: async () => void (await program.stop()) };
  });
}

/** Debian installs servers where ordinary users do not look. */
function searchPath(): string {
  return `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`;
}
