import { describe, expect, it } from '@jest/globals';
import { connect as connectTcp } from 'node:net';
import { Client } from 'pg';
import { createTestDatabase } from '../test-database.js';
import { testServers } from './test-servers.js';

describe('the servers of a test run', () => {
  it('gives each test a database of its own, and removes it although something is still connected', async () => {
    const [one, other] = [await createTestDatabase(), await createTestDatabase()];
    const client = new Client({ connectionString: one.url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('CREATE TABLE mine ()');

    expect(one.url).not.toBe(other.url);
    await one.drop();
    await other.drop();
    await expect(new Client({ connectionString: one.url }).connect()).rejects.toMatchObject({ code: '3D000' });
  });

  it('has NATS with JetStream', async () => {
    expect(await firstAnswer(testServers().natsUrl, '')).toMatch(/^INFO .*"jetstream":true/);
  });

  it('has Redis', async () => {
    expect(await firstAnswer(testServers().redisUrl, 'PING\r\n')).toBe('+PONG\r\n');
  });
});

async function firstAnswer(url: string, greeting: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connectTcp(Number(port), hostname, () => socket.write(greeting));
  try {
    return await new Promise<string>((resolve, reject) => {
      socket.once('data', (data: Buffer) => resolve(data.toString()));
      socket.once('error', reject);
    });
  } finally {
    socket.destroy();
  }
}
