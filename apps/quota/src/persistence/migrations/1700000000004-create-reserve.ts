import type { MigrationInterface, QueryRunner } from 'typeorm';
import { HOT_FUNCTION_SETTINGS } from './hot-function-settings.sql.js';

/**
 * `quota.reserve` decides a batch of requests for holds, in their order, exactly as if each had come alone.
 *
 * The batch names its distinct accounts and keys once, and each request refers to them by their place in these arrays, so
 * that all decisions are made in memory on array elements: a request that is refused takes no room from those behind it,
 * which no window function can express. Then the holds, the accounts and the keys are written with one statement each.
 *
 * Whoever changes holds or balances of an account locks its row first, rows in the order of their ids: two batches never
 * wait for each other in a circle. Keys and reservations are read in statements of their own after that, and so as they
 * were left by whoever held the lock before; their rows need no locks besides.
 *
 * One row is returned for each request, in order: what refuses it (null when it is held), the limit that does, what was
 * available there, and when the lease ends in milliseconds since 1970. `conflict` means that the reservation id was used
 * before for something else; with the same account, key and amount it is answered again as it was then.
 */
export class CreateReserve1700000000004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION quota.reserve(
        p_account_ids uuid[],
        p_key_ids uuid[],
        p_ids uuid[],
        p_request_ids text[],
        p_accounts integer[],
        p_keys integer[],
        p_amounts bigint[],
        p_leases_ms integer[]
      ) RETURNS TABLE (refusal text, limit_source text, available_nanos bigint, lease_expires_ms bigint)
      LANGUAGE plpgsql ${HOT_FUNCTION_SETTINGS} AS $$
      DECLARE
        account_count constant integer := cardinality(p_account_ids);
        key_count constant integer := cardinality(p_key_ids);
        request_count constant integer := cardinality(p_ids);

        account_active boolean[] := array_fill(false, ARRAY[account_count]);
        account_room bigint[] := array_fill(0::bigint, ARRAY[account_count]);
        account_added bigint[] := array_fill(0::bigint, ARRAY[account_count]);

        key_account uuid[] := array_fill(NULL::uuid, ARRAY[key_count]);
        key_refusal text[] := array_fill(NULL::text, ARRAY[key_count]);
        key_room bigint[] := array_fill(NULL::bigint, ARRAY[key_count]);
        key_slots integer[] := array_fill(NULL::integer, ARRAY[key_count]);
        key_added bigint[] := array_fill(0::bigint, ARRAY[key_count]);
        key_added_count integer[] := array_fill(0, ARRAY[key_count]);

        refusals text[] := array_fill(NULL::text, ARRAY[request_count]);
        limits text[] := array_fill(NULL::text, ARRAY[request_count]);
        available bigint[] := array_fill(NULL::bigint, ARRAY[request_count]);
        leases timestamptz[] := array_fill(NULL::timestamptz, ARRAY[request_count]);
        held integer[] := '{}';

        decided_at timestamptz;
        item record;
        a integer;
        k integer;
        amount bigint;
        refused text;
      BEGIN
        FOR item IN
          SELECT wanted.place, account.status, account.balance_nanos - account.held_nanos + account.overdraft_nanos AS room
          FROM unnest(p_account_ids) WITH ORDINALITY AS wanted(id, place)
          JOIN quota.accounts AS account ON account.id = wanted.id
          ORDER BY account.id
          FOR NO KEY UPDATE OF account
        LOOP
          account_active[item.place] := item.status = 'active';
          account_room[item.place] := item.room;
        END LOOP;

        -- The time after the locks were waited for.
        decided_at := date_trunc('milliseconds', clock_timestamp());

        FOR item IN
          SELECT wanted.place, key.*
          FROM unnest(p_key_ids) WITH ORDINALITY AS wanted(id, place)
          JOIN quota.keys AS key ON key.id = wanted.id
        LOOP
          key_account[item.place] := item.account_id;
          key_room[item.place] := item.quota_nanos - item.spent_nanos - item.held_nanos;
          key_slots[item.place] := item.concurrency_max - item.pending_count;
          key_refusal[item.place] := CASE
            WHEN item.status <> 'active' THEN 'key_disabled'
            WHEN item.expires_at <= decided_at THEN 'key_expired'
          END;
        END LOOP;

        FOR item IN
          SELECT wanted.place, reservation.*
          FROM unnest(p_ids) WITH ORDINALITY AS wanted(id, place)
          JOIN quota.reservations AS reservation ON reservation.id = wanted.id
        LOOP
          leases[item.place] := item.lease_expires_at;
          IF item.account_id <> p_account_ids[p_accounts[item.place]]
            OR item.key_id <> p_key_ids[p_keys[item.place]]
            OR item.amount_nanos <> p_amounts[item.place]
          THEN
            refusals[item.place] := 'conflict';
          END IF;
        END LOOP;

        FOR i IN 1..request_count LOOP
          CONTINUE WHEN leases[i] IS NOT NULL;
          a := p_accounts[i];
          k := p_keys[i];
          amount := p_amounts[i];
          refused := CASE
            WHEN key_account[k] IS DISTINCT FROM p_account_ids[a] THEN 'invalid_api_key'
            WHEN key_refusal[k] IS NOT NULL THEN key_refusal[k]
            WHEN NOT account_active[a] THEN 'account_disabled'
            -- Null where the key has no limit. What costs nothing needs no room.
            WHEN amount > 0 AND amount > key_room[k] THEN 'key_quota'
            WHEN amount > 0 AND amount > account_room[a] THEN 'account_quota'
            WHEN key_slots[k] <= 0 THEN 'rate_limit_exceeded'
          END;
          IF refused IS NULL THEN
            account_room[a] := account_room[a] - amount;
            account_added[a] := account_added[a] + amount;
            key_room[k] := key_room[k] - amount;
            key_slots[k] := key_slots[k] - 1;
            key_added[k] := key_added[k] + amount;
            key_added_count[k] := key_added_count[k] + 1;
            leases[i] := decided_at + p_leases_ms[i] * interval '1 millisecond';
            held := held || i;
          ELSIF refused = 'key_quota' THEN
            refusals[i] := 'insufficient_quota';
            limits[i] := 'key';
            available[i] := key_room[k];
          ELSIF refused = 'account_quota' THEN
            refusals[i] := 'insufficient_quota';
            limits[i] := 'account';
            available[i] := account_room[a];
          ELSE
            refusals[i] := refused;
            limits[i] := CASE refused WHEN 'account_disabled' THEN 'account' ELSE 'key' END;
          END IF;
        END LOOP;

        IF cardinality(held) > 0 THEN
          INSERT INTO quota.reservations
            (id, request_id, account_id, key_id, amount_nanos, status, created_at, lease_expires_at)
          SELECT p_ids[place], p_request_ids[place], p_account_ids[p_accounts[place]], p_key_ids[p_keys[place]],
            p_amounts[place], 'pending', decided_at, leases[place]
          FROM unnest(held) AS place;

          UPDATE quota.accounts AS account
          SET held_nanos = account.held_nanos + change.added
          FROM unnest(p_account_ids, account_added) AS change(id, added)
          WHERE account.id = change.id AND change.added > 0;

          UPDATE quota.keys AS key
          SET held_nanos = key.held_nanos + change.added, pending_count = key.pending_count + change.added_count
          FROM unnest(p_key_ids, key_added, key_added_count) AS change(id, added, added_count)
          WHERE key.id = change.id AND change.added_count > 0;
        END IF;

        RETURN QUERY
          SELECT decision.refusal, decision.limit_source, decision.available,
            (extract(epoch FROM decision.lease) * 1000)::bigint
          FROM unnest(refusals, limits, available, leases) AS decision(refusal, limit_source, available, lease);
      END $$;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION quota.reserve');
  }
}
