import pg from 'pg';
import { accountId } from '../usage-log/fill.sql.js';

/** Gives the administrator the account that has the most of the records that the benchmark of the usage log writes. */
export async function ownBusiestAccount(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(`
      WITH account AS (
        INSERT INTO quota.accounts (id, name, group_name) VALUES ((${accountId(0)})::uuid, 'Busy', 'default') RETURNING id
      )
      INSERT INTO quota.account_members (account_id, user_id, role)
      SELECT account.id, users.id, 'owner' FROM account, quota.users WHERE username = 'admin'
      RETURNING account_id AS id`);
    const [row] = rows;
    if (!row) throw new Error('there is no administrator');
    return row.id;
  } finally {
    await client.end();
  }
}
