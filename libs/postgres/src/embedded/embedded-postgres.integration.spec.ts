import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { findPostmaster } from './postmaster.js';

describe('EmbeddedPostgres', () => {
  let parent: string;
  /** The data of most tests, one after the other: to make a cluster takes seconds. */
  let directory: string;
  const running: EmbeddedPostgres[] = [];

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
    await chmod(parent, 0o755);
    directory = join(parent, 'postgresql');
  });

  afterEach(async () => {
    for (const server of running.splice(0)) await server.stop();
  });

  afterAll(() => rm(parent, { recursive: true, force: true }));

  const start = async (at = directory) => {
    const server = await EmbeddedPostgres.start({ directory: at, durable: false });
    running.push(server);
    return server;
  };

  /** Writes something that is to be found later. */
  const keepAnswer = (url: string, answer: number) =>
    query(url, `DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT ${answer} AS answer`);

  it('serves a UTF-8 database on the loopback interface, and asks for the password', async () => {
    const server = await start();

    const [row] = await query(
      server.url,
      `SELECT current_setting('server_encoding') AS encoding, length('héé字') AS n`,
    );
    expect(row).toEqual({ encoding: 'UTF8', n: 4 });
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('syncs what is committed to disk, unless the data is for throwing away', async () => {
    const durable = await EmbeddedPostgres.start({ directory });
    running.push(durable);

    const settings = await query(
      durable.url,
      `SELECT name, setting FROM pg_settings
       WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') ORDER BY name`,
    );
    expect(settings.map(({ setting }) => setting)).toEqual(['on', 'on', 'on']);
  });

  it('keeps its password and its log from other users', async () => {
    await start();

    for (const file of ['password', 'server.log']) {
      expect((await stat(join(directory, file))).mode & 0o077).toBe(0);
    }
  });

  it('keeps the data from one start to the next', async () => {
    const first = await start();
    await keepAnswer(first.url, 42);
    await first.stop();

    const second = await start();
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('has ended when stop resolves, open connections or not', async () => {
    const server = await start();
    const client = await connect(server.url);
    await client.query('BEGIN');

    await server.stop();

    await server.ended;
    expect(await findPostmaster(join(directory, 'cluster'))).toBeUndefined();
    await client.end();
  });

  it('leads a session of its own, which Ctrl-C in a terminal does not reach', async () => {
    const server = await start();

    const fields = (await readFile(`/proc/${server.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
    const [, , processGroup, session] = fields;
    expect([processGroup, session]).toEqual([String(server.pid), String(server.pid)]);
  });

  it('takes over from a server that a killed process left behind', async () => {
    const orphan = await start();
    await keepAnswer(orphan.url, 43);

    const successor = await start();

    await orphan.ended;
    expect(successor.pid).not.toBe(orphan.pid);
    expect(await query(successor.url, 'SELECT answer FROM kept')).toEqual([{ answer: 43 }]);
  });

  it('recovers what was committed before the server itself was killed', async () => {
    const killed = await start();
    await keepAnswer(killed.url, 44);
    process.kill(killed.pid, 'SIGKILL');
    await killed.ended;

    const successor = await start();
    expect(await query(successor.url, 'SELECT answer FROM kept')).toEqual([{ answer: 44 }]);
  });

  it('starts anew from a creation that was interrupted', async () => {
    const interrupted = join(parent, 'interrupted');
    await mkdir(join(interrupted, 'cluster.partial', 'base'), { recursive: true });

    const server = await start(interrupted);
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('says in one line that the data is not its own when the password is lost', async () => {
    const server = await start();
    await server.stop();
    await rename(join(directory, 'password'), join(parent, 'password'));

    await expect(start()).rejects.toThrow(/^PostgreSQL does not accept the password[^\n]*$/);
    expect(await findPostmaster(join(directory, 'cluster'))).toBeUndefined();
    await rename(join(parent, 'password'), join(directory, 'password'));
  });

  it('leaves a process alone that a stale pid file names by chance', async () => {
    const server = await start();
    const pidFile = join(directory, 'cluster', 'postmaster.pid');
    const content = await readFile(pidFile, 'utf8');
    await server.stop();

    await writeFile(pidFile, content.replace(/^\d+/, String(process.pid)));
    expect(await findPostmaster(join(directory, 'cluster'))).toBeUndefined();
  });
});

/** Only root's server gives up root, so only root can be out of its own server's reach. */
const describeAsRoot = process.getuid?.() === 0 ? describe : describe.skip;

describeAsRoot('EmbeddedPostgres in a directory that only root may enter', () => {
  let parent: string;
  let home: string;
  const running: EmbeddedPostgres[] = [];

  /** One place for all: programs are copied and clusters made as seldom as can be. Each test begins with names of its own. */
  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
    await chmod(parent, 0o755);
    home = join(parent, 'home');
    await mkdir(home, { mode: 0o700 });
  });

  afterEach(async () => {
    for (const server of running.splice(0)) await server.stop();
  });

  afterAll(() => rm(parent, { recursive: true, force: true }));

  const start = async (name: string) => {
    const server = await EmbeddedPostgres.start({
      directory: join(home, name),
      durable: false,
      stagingDirectory: join(parent, 'staging'),
    });
    running.push(server);
    return server;
  };
  const noteOf = (name: string) => join(home, name, 'postgresql-data-is-elsewhere.txt');
  const replaced = async () =>
    (await readdir(join(parent, 'staging'))).filter((name) => name.includes('.replaced-')).length;

  it('keeps its data where its account can go, leaves a note of it, and finds it again, also when it was moved', async () => {
    const first = await start('before');
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();

    const staged = (await readFile(noteOf('before'), 'utf8')).split('\n')[0] ?? '';
    expect(staged.startsWith(join(parent, 'staging'))).toBe(true);
    expect((await stat(join(staged, 'cluster'))).mode & 0o077).toBe(0);
    const second = await start('before');
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await second.stop();

    await rename(join(home, 'before'), join(home, 'after'));
    const third = await start('after');
    expect(await query(third.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('keeps the data of two clones apart; starts empty after that of one was removed, and deletes nothing of it', async () => {
    const [one, other] = [await start('one'), await start('other')];
    await query(one.url, 'CREATE TABLE mine ()');
    await query(other.url, 'CREATE TABLE mine ()');
    expect(one.pid).not.toBe(other.pid);

    await one.stop();
    await rm(join(home, 'one'), { recursive: true });
    const before = await replaced();
    const anew = await start('one');
    await query(anew.url, 'CREATE TABLE mine ()');
    expect(await replaced()).toBe(before + 1);
  });

  it('refuses a copy that would share the data of its original, which goes on undisturbed', async () => {
    const original = await start('one');
    await cp(join(home, 'one'), join(home, 'copy'), { recursive: true });

    await expect(start('copy')).rejects.toThrow(/is a copy of/);
    expect(await query(original.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = await connect(url);
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
