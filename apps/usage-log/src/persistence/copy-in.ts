import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { PoolClient } from 'pg';
import type { EntityManager } from 'typeorm';

/** Runs a statement `COPY … FROM STDIN` in the transaction of `manager`. @throws DatabaseError as PostgreSQL words it. */
export async function copyIn(manager: EntityManager, statement: string, lines: string): Promise<void> {
  const client = (await manager.queryRunner?.connect()) as PoolClient;
  await pipeline([Buffer.from(lines)], client.query(copyFrom(statement)));
}
