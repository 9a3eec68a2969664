import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildProgram } from '@code-router/testing';
import { ProcessLock, startTimeOf } from './process-lock.js';

describe('ProcessLock', () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'process-lock-'));
    path = join(directory, 'lock');
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  const acquireAndRelease = async () => (await ProcessLock.acquire(path)).release();

  it('is refused while a living process holds it, with the number of that process', async () => {
    const lock = await ProcessLock.acquire(path);
    await expect(ProcessLock.acquire(path)).rejects.toMatchObject({ name: 'LockHeldError', pid: process.pid });
    await lock.release();
    await expect(acquireAndRelease()).resolves.toBeUndefined();
  });

  it('is taken over from a process that was killed', async () => {
    const sleeper = await ChildProgram.start({
      name: 'the holder',
      command: process.execPath,
      args: ['-e', 'setInterval(() => {}, 1000)'],
      environment: {},
    });
    await writeFile(`${path}.1`, JSON.stringify({ pid: sleeper.pid, startedAt: await startTimeOf(sleeper.pid) }));
    await expect(ProcessLock.acquire(path)).rejects.toThrow(/held by process/);
    sleeper.signal('SIGKILL');
    await sleeper.ended;

    await expect(acquireAndRelease()).resolves.toBeUndefined();
  });

  it('is taken over when its number has gone to another process', async () => {
    await writeFile(`${path}.1`, JSON.stringify({ pid: process.pid, startedAt: 'another time' }));
    await expect(acquireAndRelease()).resolves.toBeUndefined();
  });

  it('is taken over when the file was cut short', async () => {
    await writeFile(`${path}.1`, '{"pid":1');
    await expect(acquireAndRelease()).resolves.toBeUndefined();
  });

  it('goes to exactly one of those who find a stale one together', async () => {
    await writeFile(`${path}.1`, JSON.stringify({ pid: process.pid, startedAt: 'another time' }));
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => ProcessLock.acquire(path)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readdir(directory)).toEqual(['lock.2']);
  });

  it('leaves nothing behind', async () => {
    await acquireAndRelease();
    expect(await readdir(directory)).toEqual([]);
  });
});
