import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { pathToFileURL } from 'node:url';
import { ChildProgram, startStandalone, type StandaloneSystem } from '@code-router/testing';

describe('the standalone form', () => {
  let system: StandaloneSystem;
  const lines: string[] = [];
  const linesWith = (text: string) => lines.filter((line) => line.includes(text));

  /** One for all: each test leaves it running. */
  beforeAll(async () => {
    system = await startStandalone({
      environment: { CODE_ROUTER_ADMIN_PASSWORD: '' },
      onLine: (_process, line) => lines.push(line),
    });
  });
  afterAll(() => system.stop());

  it('answers the line that it prints, stops on SIGTERM, and goes on with its data when it starts again', async () => {
    expect((await askDemo(system.baseUrl, system.demoKey)).status).toBe(200);
    expect(linesWith('curl ')).toEqual([expect.stringContaining(system.demoKey)]);

    expect(await system.terminate('standalone')).toBe(0);
    await system.restart('standalone');
    expect((await askDemo(system.baseUrl, system.demoKey)).status).toBe(200);
    expect((await readFile(join(system.dataDirectory, 'demo-key'), 'utf8')).trim()).toBe(system.demoKey);
  });

  it('starts again after it was killed, although its PostgreSQL still runs', async () => {
    await system.kill('standalone');

    await system.restart('standalone');
    expect((await askDemo(system.baseUrl, system.demoKey)).status).toBe(200);
  });

  it('shows the password that it generated at the first start, and never again', () => {
    expect(linesWith('Code Router is ready')).toHaveLength(3);
    expect(linesWith('Administrator')).toEqual([expect.stringMatching(/admin \/ [A-Za-z0-9]{21} /)]);
  });

  it('refuses a data directory that another process uses, in one line', async () => {
    const second = startStandalone({ dataDirectory: system.dataDirectory });
    await expect(second).rejects.toThrow(/did not start: .* is in use by process \d+\. Stop that one/);
    expect((await askDemo(system.baseUrl, system.demoKey)).status).toBe(200);
  });

  it('refuses a port that is in use, in one line, and creates nothing', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    try {
      await expect(startStandalone({ environment: { PORT: String(port) } })).rejects.toThrow(
        `did not start: 127.0.0.1:${port} is in use. Stop what listens there, or set PORT.`,
      );
    } finally {
      other.close();
    }
  });
});

describe('a process that cannot stop, because what it waits for is gone', () => {
  it('ends all the same after a while, and says so', async () => {
    const service = pathToFileURL(join(import.meta.dirname, '../dist/libs/service/src/index.js'));
    const program = await ChildProgram.start({
      name: 'never-stopping',
      command: process.execPath,
      args: [
        '--input-type=module',
        '--eval',
        `import { stopOnSignal } from '${service}';
         stopOnSignal(() => new Promise(() => {}), 100);
         setInterval(() => {}, 1_000);
         console.log('waiting for signals');`,
      ],
      environment: { PATH: process.env['PATH'] },
    });
    await program.waitForLine(/waiting for signals/, 60_000);
    program.signal('SIGTERM');
    expect(await program.ended).toBe(1);
    expect(program.lines.at(-1)).toBe('Stopping on SIGTERM took longer than 0.1 s; ending all the same.');
  });
});

function askDemo(baseUrl: string, key: string): Promise<Response> {
  return fetch(`${baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'demo-chat', messages: [{ role: 'user', content: 'Hello!' }] }),
    signal: AbortSignal.timeout(10_000),
  });
}
