import type { MigrationInterface, QueryRunner } from 'typeorm';
import { HOT_FUNCTION_SETTINGS } from './hot-function-settings.sql.js';

/**
 * `quota.expire` ends pending reservations whose lease is over, the oldest first, gives back their holds, and returns how
 * many it ended. It waits for the accounts like every other writer instead of skipping those that are locked, because a
 * busy account is locked nearly always, and its holds would never expire. Replicas that sweep at once find the
 * reservations ended when their turn comes.
 */
export class CreateExpire1700000000006 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION quota.expire(p_count_max integer) RETURNS integer
      LANGUAGE plpgsql ${HOT_FUNCTION_SETTINGS} AS $$
      DECLARE
        -- A variable, since the planner uses no index for a comparison with the function itself.
        expired_at timestamptz := clock_timestamp();
        lapsed uuid[];
        owners uuid[];
        expired_count integer;
      BEGIN
        SELECT array_agg(lease.id), array_agg(DISTINCT lease.account_id) INTO lapsed, owners
        FROM (
          SELECT id, account_id
          FROM quota.reservations
          WHERE status = 'pending' AND lease_expires_at < expired_at
          ORDER BY lease_expires_at
          LIMIT p_count_max
        ) AS lease;
        IF lapsed IS NULL THEN
          RETURN 0;
        END IF;

        PERFORM FROM quota.accounts WHERE id = ANY (owners) ORDER BY id FOR NO KEY UPDATE;

        WITH ended AS (
          UPDATE quota.reservations
          SET status = 'expired', ended_at = expired_at
          WHERE id = ANY (lapsed) AND status = 'pending' AND lease_expires_at < expired_at
          RETURNING account_id, key_id, amount_nanos
        ), released_accounts AS (
          UPDATE quota.accounts AS account
          SET held_nanos = account.held_nanos - released.amount
          FROM (SELECT account_id, sum(amount_nanos)::bigint AS amount FROM ended GROUP BY account_id) AS released
          WHERE account.id = released.account_id
        ), released_keys AS (
          UPDATE quota.keys AS key
          SET held_nanos = key.held_nanos - released.amount, pending_count = key.pending_count - released.ended
          FROM (
            SELECT key_id, sum(amount_nanos)::bigint AS amount, count(*)::integer AS ended FROM ended GROUP BY key_id
          ) AS released
          WHERE key.id = released.key_id
        )
        SELECT count(*) INTO expired_count FROM ended;
        RETURN expired_count;
      END $$;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION quota.expire');
  }
}
