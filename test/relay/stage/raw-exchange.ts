import { connect, type Socket } from 'node:net';
import { waitFor } from '@code-router/testing';

export interface RawRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One POST on a socket of its own, to see what no HTTP client shows: whether an answer was ended or broken off. */
export class RawExchange {
  private readonly chunks: Buffer[] = [];
  private hasClosed = false;

  static async open(baseUrl: string, { path, headers, body }: RawRequest): Promise<RawExchange> {
    const { hostname, port } = new URL(baseUrl);
    const socket = connect(Number(port), hostname);
    const exchange = new RawExchange(socket);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const lines = Object.entries({ host: hostname, 'content-length': Buffer.byteLength(body), ...headers });
    socket.write(
      `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
    );
    return exchange;
  }

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => this.chunks.push(chunk));
    socket.on('close', () => (this.hasClosed = true));
    // A reset is one of the ways in which an answer is broken off.
    socket.on('error', () => undefined);
  }

  /** Everything that has arrived so far, the head and the framing of chunks included. */
  get received(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }

  /** Whether the answer came to the end that HTTP gives it: the chunk of no length. */
  get endedCleanly(): boolean {
    return this.received.endsWith('0\r\n\r\n');
  }

  header(name: string): string | undefined {
    return new RegExp(`^${name}: (.*)\r$`, 'im').exec(this.received)?.[1];
  }

  async waitForText(text: string): Promise<void> {
    await waitFor(() => this.received.includes(text), { what: `${text} in the answer` });
  }

  async waitForClose(): Promise<void> {
    await waitFor(() => this.hasClosed, { what: 'the end of the connection' });
  }

  /** Goes away in the middle of the answer, and resolves when the server has taken notice. */
  async leave(): Promise<void> {
    this.socket.end();
    await this.waitForClose();
  }
}
