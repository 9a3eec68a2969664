import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import { CrashableServer, startRedisServer, temporaryDirectory } from '@code-router/testing';
import { closeWorker } from './close-worker.js';
import { createBackendOfConnection, queueConnection } from './usage-queue.js';

describe('a queue on a Redis that is gone for good', () => {
  let redis: CrashableServer;

  beforeAll(async () => {
    redis = await CrashableServer.start(startRedisServer, await temporaryDirectory('queue-connection'), 'redis');
  });
  afterAll(() => redis.stop());

  it('keeps nobody waiting once the process is asked to end', async () => {
    let isStopping = false;
    const connection = queueConnection({ databaseUrl: '', redisUrl: redis.url }, () => isStopping);
    const queue = new Queue('gone', { connection }, createBackendOfConnection);
    const worker = new Worker('gone', async () => undefined, { connection }, createBackendOfConnection);
    queue.on('error', () => undefined);
    worker.on('error', () => undefined);
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);

    const lost = new Promise((resolve) => queue.once('ioredis:close', () => resolve(undefined)));
    await redis.crash();
    await lost;
    const asked = queue.getJobCounts();
    isStopping = true;

    await expect(asked).rejects.toThrow('Connection is closed');
    await closeWorker(worker, queue);
    await queue.close();
  });
});
