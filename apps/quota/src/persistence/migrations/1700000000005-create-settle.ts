import type { MigrationInterface, QueryRunner } from 'typeorm';
import { HOT_FUNCTION_SETTINGS } from './hot-function-settings.sql.js';

/**
 * `quota.settle` posts or voids a batch of reservations and writes what they cost into the ledger, in their order. The
 * batch has the form of `quota.reserve`'s, and its reservation ids are distinct.
 *
 * A pending reservation ends and gives back its hold. One that ended before was settled before, with two exceptions that
 * are still charged, from the settlement's own data, unless their charge is in the ledger: one whose lease had expired,
 * and one that nobody knows. A settlement of nothing writes no entry.
 *
 * A charge that would take the balance below what the account may owe is written in full, and a write-off beside it
 * brings the balance back to exactly that floor: the ledger agrees with the usage log, and the account with its limit.
 *
 * Returned are only the settlements that could not be written, with the reason.
 */
export class CreateSettle1700000000005 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION quota.settle(
        p_account_ids uuid[],
        p_key_ids uuid[],
        p_ids uuid[],
        p_request_ids text[],
        p_accounts integer[],
        p_keys integer[],
        p_amounts bigint[],
        p_charged boolean[]
      ) RETURNS TABLE (reservation_id uuid, problem text)
      LANGUAGE plpgsql ${HOT_FUNCTION_SETTINGS} AS $$
      DECLARE
        account_count constant integer := cardinality(p_account_ids);
        key_count constant integer := cardinality(p_key_ids);
        settlement_count constant integer := cardinality(p_ids);

        account_balance bigint[] := array_fill(NULL::bigint, ARRAY[account_count]);
        account_floor bigint[] := array_fill(NULL::bigint, ARRAY[account_count]);
        account_moved bigint[] := array_fill(0::bigint, ARRAY[account_count]);
        account_released bigint[] := array_fill(0::bigint, ARRAY[account_count]);

        key_account uuid[] := array_fill(NULL::uuid, ARRAY[key_count]);
        key_spent bigint[] := array_fill(0::bigint, ARRAY[key_count]);
        key_released bigint[] := array_fill(0::bigint, ARRAY[key_count]);
        key_ended integer[] := array_fill(0, ARRAY[key_count]);

        ended boolean[] := array_fill(false, ARRAY[settlement_count]);
        ended_count integer := 0;
        due boolean[] := array_fill(false, ARRAY[settlement_count]);

        entry_place integer[] := '{}';
        entry_kind text[] := '{}';
        entry_amount bigint[] := '{}';
        entry_balance bigint[] := '{}';

        settled_at timestamptz;
        item record;
        a integer;
        k integer;
        amount bigint;
        shortfall bigint;
      BEGIN
        FOR item IN
          SELECT wanted.place, account.balance_nanos, account.overdraft_nanos
          FROM unnest(p_account_ids) WITH ORDINALITY AS wanted(id, place)
          JOIN quota.accounts AS account ON account.id = wanted.id
          ORDER BY account.id
          FOR NO KEY UPDATE OF account
        LOOP
          account_balance[item.place] := item.balance_nanos;
          account_floor[item.place] := -item.overdraft_nanos;
        END LOOP;

        settled_at := clock_timestamp();

        FOR item IN
          UPDATE quota.reservations AS reservation
          SET status = CASE WHEN p_charged[settlement.place] THEN 'posted' ELSE 'voided' END, ended_at = settled_at
          FROM unnest(p_ids) WITH ORDINALITY AS settlement(id, place)
          WHERE reservation.id = settlement.id
            AND reservation.status = 'pending'
            AND reservation.account_id = p_account_ids[p_accounts[settlement.place]]
            AND reservation.key_id = p_key_ids[p_keys[settlement.place]]
          RETURNING settlement.place, reservation.amount_nanos
        LOOP
          a := p_accounts[item.place];
          k := p_keys[item.place];
          account_released[a] := account_released[a] + item.amount_nanos;
          key_released[k] := key_released[k] + item.amount_nanos;
          key_ended[k] := key_ended[k] + 1;
          ended[item.place] := true;
          ended_count := ended_count + 1;
          due[item.place] := p_charged[item.place] AND p_amounts[item.place] > 0;
        END LOOP;

        IF ended_count < settlement_count THEN
          FOR item IN
            SELECT wanted.place, key.account_id
            FROM unnest(p_key_ids) WITH ORDINALITY AS wanted(id, place)
            JOIN quota.keys AS key ON key.id = wanted.id
          LOOP
            key_account[item.place] := item.account_id;
          END LOOP;

          FOR item IN
            SELECT settlement.id, settlement.place, reservation.status,
              EXISTS (
                SELECT FROM quota.ledger_entries AS entry
                WHERE entry.kind = 'charge' AND entry.reference = settlement.id::text
              ) AS in_ledger
            FROM unnest(p_ids) WITH ORDINALITY AS settlement(id, place)
            LEFT JOIN quota.reservations AS reservation ON reservation.id = settlement.id
            WHERE NOT ended[settlement.place]
          LOOP
            a := p_accounts[item.place];
            k := p_keys[item.place];
            reservation_id := item.id;
            IF item.status IN ('posted', 'voided') OR item.in_ledger THEN
              CONTINUE;
            ELSIF account_balance[a] IS NULL THEN
              problem := 'unknown_account';
              RETURN NEXT;
            ELSIF key_account[k] IS DISTINCT FROM p_account_ids[a] THEN
              problem := 'unknown_key';
              RETURN NEXT;
            ELSIF item.status = 'pending' THEN
              problem := 'reservation_of_another_key';
              RETURN NEXT;
            ELSE
              due[item.place] := p_charged[item.place] AND p_amounts[item.place] > 0;
            END IF;
          END LOOP;
        END IF;

        FOR i IN 1..settlement_count LOOP
          CONTINUE WHEN NOT due[i];
          a := p_accounts[i];
          k := p_keys[i];
          amount := p_amounts[i];
          key_spent[k] := key_spent[k] + amount;
          account_balance[a] := account_balance[a] - amount;
          account_moved[a] := account_moved[a] - amount;
          entry_place := entry_place || i;
          entry_kind := entry_kind || 'charge'::text;
          entry_amount := entry_amount || -amount;
          entry_balance := entry_balance || account_balance[a];
          shortfall := account_floor[a] - account_balance[a];
          IF shortfall > 0 THEN
            account_balance[a] := account_floor[a];
            account_moved[a] := account_moved[a] + shortfall;
            entry_place := entry_place || i;
            entry_kind := entry_kind || 'write_off'::text;
            entry_amount := entry_amount || shortfall;
            entry_balance := entry_balance || account_floor[a];
          END IF;
        END LOOP;

        IF cardinality(entry_place) > 0 THEN
          INSERT INTO quota.ledger_entries
            (account_id, key_id, kind, counterpart, reference, amount_nanos, balance_after_nanos, note, created_at)
          SELECT p_account_ids[p_accounts[entry.place]], p_key_ids[p_keys[entry.place]], entry.kind,
            CASE entry.kind WHEN 'charge' THEN 'revenue' ELSE 'write_offs' END, p_ids[entry.place]::text, entry.amount,
            entry.balance, p_request_ids[entry.place], settled_at
          FROM unnest(entry_place, entry_kind, entry_amount, entry_balance) WITH ORDINALITY
            AS entry(place, kind, amount, balance, written)
          ORDER BY entry.written;
        END IF;

        UPDATE quota.accounts AS account
        SET balance_nanos = account.balance_nanos + change.moved, held_nanos = account.held_nanos - change.released
        FROM unnest(p_account_ids, account_moved, account_released) AS change(id, moved, released)
        WHERE account.id = change.id AND (change.moved <> 0 OR change.released <> 0);

        UPDATE quota.keys AS key
        SET spent_nanos = key.spent_nanos + change.spent, held_nanos = key.held_nanos - change.released,
          pending_count = key.pending_count - change.ended
        FROM unnest(p_key_ids, key_spent, key_released, key_ended) AS change(id, spent, released, ended)
        WHERE key.id = change.id AND (change.spent <> 0 OR change.ended <> 0);
      END $$;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION quota.settle');
  }
}
