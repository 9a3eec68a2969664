import { HOT_FUNCTION_SETTINGS } from './hot-function-settings.sql.js';

/**
 * `quota.settle` posts or voids a batch of reservations and writes what they cost into the ledger, in their order. The
 * batch has the form of `quota.reserve`'s, and its reservation ids are distinct.
 *
 * A pending reservation ends and gives back its hold, to the period of each budget that it was admitted in, the key's and
 * that of the member who made the key, and the tokens that it reserved and did not use to the minute in which it was
 * counted. One that ended before was settled before, with two exceptions, which are still charged from the settlement's
 * own data, once:
 * - One whose lease expired. What it was charged at its checkpoint counts: only the difference is written, as a
 *   correction, which gives back where less was used than the checkpoint said. `p_orphaned` marks the event that quota
 *   itself publishes of such a reservation, which says nothing new; where the books are an older copy that has it still
 *   pending, or has never heard of it, the event ends it as expired, so that its settlement counts all the same.
 * - One that nobody knows, unless its charge is in the ledger. It belongs to no period of a budget. It is known from then
 *   on: a message that asks for it and was on its way for long is refused, instead of holding what nobody will settle.
 * A settlement of nothing writes no entry.
 *
 * A charge that would take the balance below what the account may owe is written in full, and a write-off beside it
 * brings the balance back to exactly that floor: the ledger agrees with the usage log, and the account with its limit.
 * What a correction gives back takes such a write-off back first: nobody gets back what was never paid.
 *
 * It keeps the events of what it writes, which it knows without looking for them: those of reservations that were
 * pending, or expired and not settled, or unknown. An event that comes again wrote nothing, and is kept already.
 * `p_events` are the events of the batch as JSON, one a line: JSON has line breaks only as escapes, and splitting lines
 * costs either side a fraction of what quoting the elements of an array does.
 *
 * A pending reservation is found by `ended_at IS NULL`, which is the same by a constraint. Asked for its status, the
 * planner takes the index of pending leases for the smaller one and reads all of it for each settlement.
 *
 * Returned are only the settlements that could not be written, with the reason.
 */
export const SETTLE_FUNCTION = `
  CREATE OR REPLACE FUNCTION quota.settle(
    p_account_ids uuid[],
    p_key_ids uuid[],
    p_ids uuid[],
    p_request_ids text[],
    p_accounts integer[],
    p_keys integer[],
    p_amounts bigint[],
    p_tokens bigint[],
    p_charged boolean[],
    p_orphaned boolean[],
    p_events text
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
    account_ended integer[] := array_fill(0, ARRAY[account_count]);

    key_account uuid[] := array_fill(NULL::uuid, ARRAY[key_count]);
    key_spent bigint[] := array_fill(0::bigint, ARRAY[key_count]);
    key_released bigint[] := array_fill(0::bigint, ARRAY[key_count]);
    key_ended integer[] := array_fill(0, ARRAY[key_count]);

    ended boolean[] := array_fill(false, ARRAY[settlement_count]);
    ended_count integer := 0;
    -- Which settlements are in the books from now on, and were not before.
    written boolean[];
    -- What each settlement moves, negative where it gives back; and whether it corrects an earlier charge, and how
    -- much of an earlier write-off it takes back.
    dues bigint[] := array_fill(0::bigint, ARRAY[settlement_count]);
    corrects boolean[];
    reversals bigint[];

    -- Of the reservations that were counted by minute or by a budget: which, and the tokens and nanos to give back.
    counted_place integer[] := '{}';
    counted_minute bigint[] := '{}';
    counted_key_tokens bigint[] := '{}';
    counted_account_tokens bigint[] := '{}';
    counted_since timestamptz[] := '{}';
    counted_member_since timestamptz[] := '{}';
    counted_held bigint[] := '{}';

    entry_place integer[] := '{}';
    entry_kind text[] := '{}';
    entry_amount bigint[] := '{}';
    entry_balance bigint[] := '{}';

    written_at timestamptz;
    item record;
    a integer;
    k integer;
    amount bigint;
    shortfall bigint;
    reversal bigint;
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

    written_at := clock_timestamp();

    FOR item IN
      UPDATE quota.reservations AS reservation
      SET status = CASE
          WHEN p_orphaned[settlement.place] THEN 'expired'
          WHEN p_charged[settlement.place] THEN 'posted'
          ELSE 'voided'
        END,
        ended_at = written_at,
        charged_nanos = CASE WHEN p_charged[settlement.place] THEN p_amounts[settlement.place] ELSE 0 END
      FROM unnest(p_ids) WITH ORDINALITY AS settlement(id, place)
      WHERE reservation.id = settlement.id
        AND reservation.ended_at IS NULL
        AND reservation.account_id = p_account_ids[p_accounts[settlement.place]]
        AND reservation.key_id = p_key_ids[p_keys[settlement.place]]
      RETURNING settlement.place, reservation.amount_nanos, reservation.created_at, reservation.budget_since,
        reservation.member_budget_since, reservation.key_window_tokens, reservation.account_window_tokens,
        num_nonnulls(
          reservation.budget_since, reservation.member_budget_since, reservation.key_window_tokens,
          reservation.account_window_tokens
        ) > 0 AS counted
    LOOP
      a := p_accounts[item.place];
      k := p_keys[item.place];
      account_released[a] := account_released[a] + item.amount_nanos;
      account_ended[a] := account_ended[a] + 1;
      key_released[k] := key_released[k] + item.amount_nanos;
      key_ended[k] := key_ended[k] + 1;
      ended[item.place] := true;
      ended_count := ended_count + 1;
      IF p_charged[item.place] THEN
        dues[item.place] := p_amounts[item.place];
      END IF;
      IF item.counted THEN
        counted_place := counted_place || item.place::integer;
        counted_minute := counted_minute || floor(extract(epoch FROM item.created_at) / 60)::bigint;
        counted_key_tokens := counted_key_tokens || (item.key_window_tokens - p_tokens[item.place]);
        counted_account_tokens := counted_account_tokens || (item.account_window_tokens - p_tokens[item.place]);
        counted_since := counted_since || item.budget_since;
        counted_member_since := counted_member_since || item.member_budget_since;
        counted_held := counted_held || item.amount_nanos;
      END IF;
    END LOOP;

    written := ended;

    IF ended_count < settlement_count THEN
      corrects := array_fill(false, ARRAY[settlement_count]);
      reversals := array_fill(0::bigint, ARRAY[settlement_count]);

      FOR item IN
        SELECT wanted.place, key.account_id
        FROM unnest(p_key_ids) WITH ORDINALITY AS wanted(id, place)
        JOIN quota.keys AS key ON key.id = wanted.id
      LOOP
        key_account[item.place] := item.account_id;
      END LOOP;

      FOR item IN
        SELECT settlement.id, settlement.place, reservation.status, reservation.charged_nanos,
          reservation.settled_at IS NOT NULL AS settled, reservation.budget_since,
          reservation.member_budget_since, reservation.account_id, reservation.key_id,
          reservation.id IS NULL AND EXISTS (
            SELECT FROM quota.ledger_entries AS entry
            WHERE entry.kind = 'charge' AND entry.reference = settlement.id::text
          ) AS in_ledger
        FROM unnest(p_ids) WITH ORDINALITY AS settlement(id, place)
        LEFT JOIN quota.reservations AS reservation ON reservation.id = settlement.id
        WHERE NOT ended[settlement.place]
        -- Whoever marks orphans as published holds no account, and takes them in this order too.
        ORDER BY settlement.id
      LOOP
        a := p_accounts[item.place];
        k := p_keys[item.place];
        reservation_id := item.id;
        IF item.status IN ('posted', 'voided') OR item.settled OR item.in_ledger THEN
          CONTINUE;
        ELSIF account_balance[a] IS NULL THEN
          problem := 'unknown_account';
          RETURN NEXT;
        ELSIF key_account[k] IS DISTINCT FROM p_account_ids[a] THEN
          problem := 'unknown_key';
          RETURN NEXT;
        ELSIF item.status IS NOT NULL
          AND (item.account_id <> p_account_ids[a] OR item.key_id <> p_key_ids[k])
        THEN
          problem := 'reservation_of_another_key';
          RETURN NEXT;
        ELSIF item.status IS NULL THEN
          IF p_charged[item.place] THEN
            dues[item.place] := p_amounts[item.place];
          END IF;
          INSERT INTO quota.reservations
            (id, request_id, account_id, key_id, amount_nanos, status, created_at, lease_expires_at, ended_at,
             charged_nanos)
          VALUES
            (item.id, p_request_ids[item.place], p_account_ids[a], p_key_ids[k], 0,
             CASE WHEN p_orphaned[item.place] THEN 'expired' WHEN p_charged[item.place] THEN 'posted' ELSE 'voided' END,
             written_at, written_at, written_at,
             dues[item.place]);
          written[item.place] := true;
        ELSIF NOT p_orphaned[item.place] THEN
          amount := CASE WHEN p_charged[item.place] THEN p_amounts[item.place] ELSE 0 END;
          dues[item.place] := amount - item.charged_nanos;
          corrects[item.place] := item.charged_nanos > 0;
          IF dues[item.place] < 0 THEN
            SELECT least(entry.amount_nanos, -dues[item.place]) INTO reversal
            FROM quota.ledger_entries AS entry
            WHERE entry.kind = 'write_off' AND entry.reference = item.id::text;
            reversals[item.place] := coalesce(reversal, 0);
          END IF;
          UPDATE quota.reservations AS reservation
          SET charged_nanos = amount, settled_at = written_at, event_due = false
          WHERE reservation.id = item.id;
          written[item.place] := true;
          IF num_nonnulls(item.budget_since, item.member_budget_since) > 0 AND dues[item.place] <> 0 THEN
            counted_place := counted_place || item.place::integer;
            counted_minute := counted_minute || NULL::bigint;
            counted_key_tokens := counted_key_tokens || NULL::bigint;
            counted_account_tokens := counted_account_tokens || NULL::bigint;
            counted_since := counted_since || item.budget_since;
            counted_member_since := counted_member_since || item.member_budget_since;
            counted_held := counted_held || 0::bigint;
          END IF;
        END IF;
      END LOOP;
    END IF;

    FOR i IN 1..settlement_count LOOP
      amount := dues[i];
      CONTINUE WHEN amount = 0;
      a := p_accounts[i];
      k := p_keys[i];
      key_spent[k] := key_spent[k] + amount;
      account_balance[a] := account_balance[a] - amount;
      account_moved[a] := account_moved[a] - amount;
      entry_place := entry_place || i;
      entry_kind := entry_kind || CASE WHEN corrects[i] THEN 'charge_correction' ELSE 'charge' END;
      entry_amount := entry_amount || -amount;
      entry_balance := entry_balance || account_balance[a];
      IF reversals[i] > 0 THEN
        account_balance[a] := account_balance[a] - reversals[i];
        account_moved[a] := account_moved[a] - reversals[i];
        entry_place := entry_place || i;
        entry_kind := entry_kind || 'write_off_reversal'::text;
        entry_amount := entry_amount || -reversals[i];
        entry_balance := entry_balance || account_balance[a];
      END IF;
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
      -- A correction may be written off as its charge was, and each entry has a reference of its own.
      INSERT INTO quota.ledger_entries
        (account_id, key_id, kind, counterpart, reference, amount_nanos, balance_after_nanos, note, created_at)
      SELECT p_account_ids[p_accounts[entry.place]], p_key_ids[p_keys[entry.place]], entry.kind,
        CASE WHEN entry.kind IN ('charge', 'charge_correction') THEN 'revenue' ELSE 'write_offs' END,
        CASE
          WHEN entry.kind = 'write_off' AND corrects[entry.place] THEN p_ids[entry.place] || ':correction'
          ELSE p_ids[entry.place]::text
        END,
        entry.amount, entry.balance, p_request_ids[entry.place], written_at
      FROM unnest(entry_place, entry_kind, entry_amount, entry_balance) WITH ORDINALITY
        AS entry(place, kind, amount, balance, written)
      ORDER BY entry.written;
    END IF;

    INSERT INTO quota.posted_usage (reservation_id, orphaned, outcome, amount_nanos, posted_at, event)
    SELECT posted.id, p_orphaned[posted.place],
      CASE
        WHEN p_orphaned[posted.place] THEN 'orphaned'
        WHEN p_charged[posted.place] THEN 'settled'
        ELSE 'released'
      END,
      p_amounts[posted.place], written_at, posted.event
    FROM unnest(p_ids, string_to_array(p_events, E'\\n')) WITH ORDINALITY AS posted(id, event, place)
    WHERE written[posted.place];

    UPDATE quota.accounts AS account
    SET balance_nanos = account.balance_nanos + change.moved, held_nanos = account.held_nanos - change.released,
      pending_count = account.pending_count - change.ended
    FROM unnest(p_account_ids, account_moved, account_released, account_ended) AS change(id, moved, released, ended)
    WHERE account.id = change.id AND (change.moved <> 0 OR change.ended <> 0);

    UPDATE quota.keys AS key
    SET spent_nanos = key.spent_nanos + change.spent, held_nanos = key.held_nanos - change.released,
      pending_count = key.pending_count - change.ended, last_used_at = written_at
    FROM unnest(p_key_ids, key_spent, key_released, key_ended) AS change(id, spent, released, ended)
    WHERE key.id = change.id AND (change.spent <> 0 OR change.ended <> 0);

    -- What was counted in a minute that is still in sight, or in a period that still lasts, is put right there.
    IF cardinality(counted_place) > 0 THEN
      UPDATE quota.keys AS key
      SET tokens_now = key.tokens_now - least(change.unused_now, key.tokens_now),
        tokens_before = key.tokens_before - least(change.unused_before, key.tokens_before),
        budget_spent_nanos = key.budget_spent_nanos + change.spent,
        budget_held_nanos = key.budget_held_nanos - change.released
      FROM (
        SELECT counting.id,
          coalesce(sum(done.tokens) FILTER (WHERE done.minute = counting.window_minute), 0)::bigint AS unused_now,
          coalesce(sum(done.tokens) FILTER (WHERE done.minute = counting.window_minute - 1), 0)::bigint
            AS unused_before,
          coalesce(sum(dues[done.place]) FILTER (WHERE done.since = counting.budget_since), 0)::bigint AS spent,
          coalesce(sum(done.held) FILTER (WHERE done.since = counting.budget_since), 0)::bigint AS released
        FROM unnest(counted_place, counted_minute, counted_key_tokens, counted_since, counted_held)
          AS done(place, minute, tokens, since, held)
        JOIN quota.keys AS counting ON counting.id = p_key_ids[p_keys[done.place]]
        GROUP BY counting.id
      ) AS change
      WHERE key.id = change.id;

      UPDATE quota.accounts AS account
      SET tokens_now = account.tokens_now - least(change.unused_now, account.tokens_now),
        tokens_before = account.tokens_before - least(change.unused_before, account.tokens_before)
      FROM (
        SELECT counting.id,
          coalesce(sum(done.tokens) FILTER (WHERE done.minute = counting.window_minute), 0)::bigint AS unused_now,
          coalesce(sum(done.tokens) FILTER (WHERE done.minute = counting.window_minute - 1), 0)::bigint
            AS unused_before
        FROM unnest(counted_place, counted_minute, counted_account_tokens) AS done(place, minute, tokens)
        JOIN quota.accounts AS counting ON counting.id = p_account_ids[p_accounts[done.place]]
        GROUP BY counting.id
      ) AS change
      WHERE account.id = change.id AND (change.unused_now <> 0 OR change.unused_before <> 0);

      IF num_nonnulls(VARIADIC counted_member_since) > 0 THEN
        UPDATE quota.member_budgets AS budget
        SET spent_nanos = budget.spent_nanos + change.spent, held_nanos = budget.held_nanos - change.released
        FROM (
          SELECT maker.account_id, maker.created_by_user, done.since, sum(dues[done.place])::bigint AS spent,
            sum(done.held)::bigint AS released
          FROM unnest(counted_place, counted_member_since, counted_held) AS done(place, since, held)
          JOIN quota.keys AS maker ON maker.id = p_key_ids[p_keys[done.place]]
          WHERE done.since IS NOT NULL
          GROUP BY maker.account_id, maker.created_by_user, done.since
        ) AS change
        WHERE budget.account_id = change.account_id AND budget.user_id = change.created_by_user
          AND budget.since = change.since;
      END IF;
    END IF;
  END $$;
`;
