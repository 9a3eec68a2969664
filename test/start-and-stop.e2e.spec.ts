import { afterEach, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { createTestDatabase, startDistributed, startStandalone, type RunningSystem } from '@code-router/testing';

const running: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  for (const system of running.splice(0).toReversed()) await system.stop();
});

const keep = <System extends RunningSystem>(system: System): System => {
  running.push(system);
  return system;
};

describe('the standalone form', () => {
  it('answers the line that it prints, stops on SIGTERM, and goes on with its data when it starts again', async () => {
    const lines: string[] = [];
    const system = keep(await startStandalone({ onLine: (_process, line) => lines.push(line) }));

    expect((await askDemo(system.baseUrl, system.demoKey)).status).toBe(200);
    expect(lines.filter((line) => line.startsWith('curl '))).toEqual([expect.stringContaining(system.demoKey)]);

    expect(await system.terminate('standalone')).toBe(0);
    await system.restart('standalone');
    expect((await askDemo(system.baseUrl, system.demoKey)).status).toBe(200);
    expect((await readFile(join(system.dataDirectory, 'demo-key'), 'utf8')).trim()).toBe(system.demoKey);
  });

  it('starts again after it was killed, although its PostgreSQL still runs', async () => {
    const system = keep(await startStandalone());
    await system.kill('standalone');

    await system.restart('standalone');
    expect((await askDemo(system.baseUrl, system.demoKey)).status).toBe(200);
  });

  it('shows the password that it generated at the first start, and never again', async () => {
    const lines: string[] = [];
    const system = keep(
      await startStandalone({
        environment: { CODE_ROUTER_ADMIN_PASSWORD: '' },
        onLine: (_process, line) => lines.push(line),
      }),
    );
    const shown = () => lines.filter((line) => line.includes('Administrator'));
    expect(shown()).toEqual([expect.stringMatching(/admin \/ [A-Za-z0-9]{21} /)]);
    await system.terminate('standalone');

    await system.restart('standalone');
    expect(shown()).toHaveLength(1);
  });

  it('refuses a data directory that another process uses, in one line', async () => {
    const system = keep(await startStandalone());
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

describe('the distributed form', () => {
  it('is ready with each of its five processes, and each can end and start again', async () => {
    const database = await createTestDatabase();
    running.push({ stop: () => database.drop() });
    const system = keep(await startDistributed({ databaseUrl: database.url }));
    expect(Object.keys(system.processes).toSorted()).toEqual([
      'gateway',
      'pricing',
      'quota',
      'usage-log',
      'usage-log-worker',
    ]);
    for (const name of Object.keys(system.processes)) {
      expect(await system.terminate(name)).toBe(0);
      await system.restart(name);
    }
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
