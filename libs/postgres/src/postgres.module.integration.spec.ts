import { describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '@code-router/testing';
import { dataSourceOptions, openDataSource } from './postgres.module.js';

const open = (url: string) => openDataSource(dataSourceOptions(url, { service: 'nobody', migrations: [] }), 'nobody');

describe('a database that cannot be used', () => {
  it('is said to be away, and where it was looked for', async () => {
    await expect(open('postgres://someone:secret@127.0.0.1:1/db')).rejects.toThrow(
      'DATABASE_URL: no PostgreSQL answers at 127.0.0.1:1 (ECONNREFUSED). Is it running?',
    );
  });

  it('is said to be missing by the server that does not have it', async () => {
    const { url } = await createTestDatabase();
    const missing = new URL(url);
    missing.pathname = '/missing';
    await expect(open(missing.href)).rejects.toThrow('DATABASE_URL: database "missing" does not exist');
  });
});
