import { HOT_FUNCTION_SETTINGS } from './hot-function-settings.sql.js';
import { RESERVE_LONE } from './reserve-lone.sql.js';

/**
 * `quota.reserve` decides a batch of requests for holds, in their order, exactly as if each had come alone.
 *
 * The batch names its distinct accounts and keys once, and each request refers to them by their place in these arrays, so
 * that all decisions are made in memory on array elements: a request that is refused takes no room from those behind it,
 * which no window function can express. Then the holds, the accounts and the keys are written with one statement each.
 * Models and addresses are named in the same way.
 *
 * Whoever changes holds or balances of an account, or the budget of one of its keys, locks its row first, rows in the
 * order of their ids: two batches never wait for each other in a circle. Keys and reservations are read in statements of
 * their own after that, and so as they were left by whoever held the lock before; their rows need no locks besides.
 *
 * Limits are read only where there are any: a batch without them learns so from the rows that it reads anyway. All that
 * counts per minute, and requests at once, is a gate: the keys' gates come first, then those of the accounts. The budget
 * of a member is shared by all the keys that the member made, so that a batch has it once, whichever of them it names.
 *
 * What is to be said of a request that comes alone is mostly said by its first part, RESERVE_LONE.
 *
 * One row is returned for each request, in order: what refuses it (null when it is held), whose limit that is, what was
 * available there, when the lease ends in milliseconds since 1970, and in `detail` the limit that refused by name, or
 * what is left of the limits per minute. `conflict` means that the reservation id was used before for something else;
 * with the same account, key and amount it is answered again as it was then.
 */
export const RESERVE_FUNCTION = `
  CREATE OR REPLACE FUNCTION quota.reserve(
    p_account_ids uuid[],
    p_key_ids uuid[],
    p_models text[],
    p_ips inet[],
    p_ids uuid[],
    p_request_ids text[],
    p_accounts integer[],
    p_keys integer[],
    p_request_models integer[],
    p_request_ips integer[],
    p_amounts bigint[],
    p_tokens bigint[],
    p_leases_ms integer[]
  ) RETURNS TABLE (
    refusal text, limit_source text, available_nanos bigint, lease_expires_ms bigint, detail jsonb
  )
  LANGUAGE plpgsql ${HOT_FUNCTION_SETTINGS} AS $$
  BEGIN
  ${RESERVE_LONE}

  DECLARE
    account_count constant integer := cardinality(p_account_ids);
    key_count constant integer := cardinality(p_key_ids);
    request_count constant integer := cardinality(p_ids);
    groups_limited constant boolean := EXISTS (SELECT FROM quota.group_limits);
    members_limited boolean;

    account_active boolean[] := array_fill(false, ARRAY[account_count]);
    account_room bigint[] := array_fill(0::bigint, ARRAY[account_count]);
    account_added bigint[] := array_fill(0::bigint, ARRAY[account_count]);
    account_added_count integer[] := array_fill(0, ARRAY[account_count]);

    key_account uuid[] := array_fill(NULL::uuid, ARRAY[key_count]);
    key_refusal text[] := array_fill(NULL::text, ARRAY[key_count]);
    key_room bigint[] := array_fill(NULL::bigint, ARRAY[key_count]);
    key_added bigint[] := array_fill(0::bigint, ARRAY[key_count]);
    key_added_count integer[] := array_fill(0, ARRAY[key_count]);

    refusals text[] := array_fill(NULL::text, ARRAY[request_count]);
    limits text[] := array_fill(NULL::text, ARRAY[request_count]);
    available bigint[] := array_fill(NULL::bigint, ARRAY[request_count]);
    leases timestamptz[] := array_fill(NULL::timestamptz, ARRAY[request_count]);
    details jsonb[] := array_fill(NULL::jsonb, ARRAY[request_count]);
    held integer[] := '{}';

    -- Whether any key of the batch has rules, any has a budget, any was made by a member with a budget, and any key
    -- or account has a gate. What follows each stays empty when none has.
    ruled boolean := false;
    rule_refusal text[];

    budgeted boolean := false;
    key_budget_room bigint[];
    key_budget_most bigint[];
    key_budget_since timestamptz[];
    key_budget_ends timestamptz[];
    key_budget_spent bigint[];
    key_budget_held bigint[];

    -- Members are those of the batch that have a budget; of each key, the place of its member among them.
    membered boolean := false;
    key_member integer[];
    member_account uuid[] := '{}';
    member_user uuid[] := '{}';
    member_most bigint[] := '{}';
    member_room bigint[] := '{}';
    member_since timestamptz[] := '{}';
    member_ends timestamptz[] := '{}';
    member_spent bigint[] := '{}';
    member_held bigint[] := '{}';
    member_added integer[] := '{}';

    gated boolean := false;
    gate_source text[];
    gate_counts boolean[];
    gate_requests_max bigint[];
    gate_requests_now bigint[];
    gate_requests_before bigint[];
    gate_tokens_max bigint[];
    gate_tokens_now bigint[];
    gate_tokens_before bigint[];
    gate_slots integer[];
    gate_slots_max integer[];
    minute bigint;
    left_ms bigint;
    requests_left jsonb;
    tokens_left jsonb;
    remaining bigint;

    decided_at timestamptz;
    item record;
    a integer;
    k integer;
    m integer;
    g integer;
    amount bigint;
    tokens bigint;
    used bigint;
    refused text;
  BEGIN
    FOR item IN
      SELECT wanted.place, account.status, account.balance_nanos - account.held_nanos + account.overdraft_nanos AS room,
        groups_limited
          OR num_nonnulls(account.requests_per_minute, account.tokens_per_minute, account.concurrency_max) > 0 AS gated
      FROM unnest(p_account_ids) WITH ORDINALITY AS wanted(id, place)
      JOIN quota.accounts AS account ON account.id = wanted.id
      ORDER BY account.id
      FOR NO KEY UPDATE OF account
    LOOP
      account_active[item.place] := item.status = 'active';
      account_room[item.place] := item.room;
      gated := gated OR item.gated;
    END LOOP;

    -- The time after the locks were waited for.
    decided_at := date_trunc('milliseconds', clock_timestamp());
    members_limited := EXISTS (SELECT FROM quota.member_budgets);

    FOR item IN
      SELECT wanted.place, key.account_id, key.quota_nanos - key.spent_nanos - key.held_nanos AS room,
        CASE
          WHEN key.status = 'revoked' THEN 'invalid_api_key'
          WHEN key.status <> 'active' THEN 'key_disabled'
          WHEN key.expires_at <= decided_at THEN 'key_expired'
        END AS refusal,
        num_nonnulls(key.allowed_models, key.allowed_ips) > 0 AS ruled,
        key.budget_nanos IS NOT NULL AS budgeted,
        members_limited AND key.created_by_user IS NOT NULL AS membered,
        num_nonnulls(key.requests_per_minute, key.tokens_per_minute, key.concurrency_max) > 0 AS gated
      FROM unnest(p_key_ids) WITH ORDINALITY AS wanted(id, place)
      JOIN quota.keys AS key ON key.id = wanted.id
    LOOP
      key_account[item.place] := item.account_id;
      key_room[item.place] := item.room;
      key_refusal[item.place] := item.refusal;
      ruled := ruled OR item.ruled;
      budgeted := budgeted OR item.budgeted;
      membered := membered OR item.membered;
      gated := gated OR item.gated;
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

    -- A request that names no model or no address is not among those that are allowed.
    IF ruled THEN
      rule_refusal := array_fill(NULL::text, ARRAY[request_count]);
      FOR item IN
        SELECT request.place,
          key.allowed_models IS NOT NULL
            AND (p_models[request.model] = ANY (key.allowed_models)) IS NOT TRUE AS model_refused,
          key.allowed_ips IS NOT NULL
            AND (p_ips[request.ip] <<= ANY (key.allowed_ips)) IS NOT TRUE AS ip_refused
        FROM unnest(p_keys, p_request_models, p_request_ips) WITH ORDINALITY AS request(key, model, ip, place)
        JOIN quota.keys AS key ON key.id = p_key_ids[request.key]
        WHERE num_nonnulls(key.allowed_models, key.allowed_ips) > 0
      LOOP
        rule_refusal[item.place] := CASE
          WHEN item.model_refused THEN 'model_not_allowed'
          WHEN item.ip_refused THEN 'ip_not_allowed'
        END;
      END LOOP;
    END IF;

    -- A period that is over is followed by the one of now, in which nothing is spent or held. What was held in an
    -- earlier one stays there.
    IF budgeted THEN
      key_budget_room := array_fill(NULL::bigint, ARRAY[key_count]);
      key_budget_most := key_budget_room;
      key_budget_since := array_fill(NULL::timestamptz, ARRAY[key_count]);
      key_budget_ends := key_budget_since;
      key_budget_spent := key_budget_room;
      key_budget_held := key_budget_room;
      FOR item IN
        SELECT wanted.place, key.budget_nanos AS most,
          CASE WHEN period.starts_at IS NULL THEN key.budget_since ELSE period.starts_at END AS since,
          CASE WHEN period.starts_at IS NULL THEN key.budget_resets_at ELSE period.ends_at END AS ends,
          CASE WHEN period.starts_at IS NULL THEN key.budget_spent_nanos ELSE 0 END AS spent,
          CASE WHEN period.starts_at IS NULL THEN key.budget_held_nanos ELSE 0 END AS held
        FROM unnest(p_key_ids) WITH ORDINALITY AS wanted(id, place)
        JOIN quota.keys AS key ON key.id = wanted.id
        LEFT JOIN LATERAL quota.budget_period(
          key.budget_period, key.budget_days, key.budget_time_zone, key.budget_set_at, decided_at
        ) AS period ON key.budget_resets_at <= decided_at
        WHERE key.budget_nanos IS NOT NULL
      LOOP
        key_budget_most[item.place] := item.most;
        key_budget_since[item.place] := item.since;
        key_budget_ends[item.place] := item.ends;
        key_budget_spent[item.place] := item.spent;
        key_budget_held[item.place] := item.held;
        key_budget_room[item.place] := item.most - item.spent - item.held;
      END LOOP;
    END IF;

    IF membered THEN
      key_member := array_fill(NULL::integer, ARRAY[key_count]);
      FOR item IN
        SELECT budget.account_id, budget.user_id, budget.budget_nanos AS most, maker.keys,
          CASE WHEN period.starts_at IS NULL THEN budget.since ELSE period.starts_at END AS since,
          CASE WHEN period.starts_at IS NULL THEN budget.resets_at ELSE period.ends_at END AS ends,
          CASE WHEN period.starts_at IS NULL THEN budget.spent_nanos ELSE 0 END AS spent,
          CASE WHEN period.starts_at IS NULL THEN budget.held_nanos ELSE 0 END AS held
        FROM (
          SELECT key.account_id, key.created_by_user, array_agg(wanted.place::integer) AS keys
          FROM unnest(p_key_ids) WITH ORDINALITY AS wanted(id, place)
          JOIN quota.keys AS key ON key.id = wanted.id
          WHERE key.created_by_user IS NOT NULL
          GROUP BY key.account_id, key.created_by_user
        ) AS maker
        JOIN quota.member_budgets AS budget
          ON budget.account_id = maker.account_id AND budget.user_id = maker.created_by_user
        LEFT JOIN LATERAL quota.budget_period('monthly', NULL, 'UTC', decided_at, decided_at) AS period
          ON budget.resets_at <= decided_at
      LOOP
        member_account := member_account || item.account_id;
        member_user := member_user || item.user_id;
        member_most := member_most || item.most;
        member_since := member_since || item.since;
        member_ends := member_ends || item.ends;
        member_spent := member_spent || item.spent;
        member_held := member_held || item.held;
        member_room := member_room || (item.most - item.spent - item.held);
        member_added := member_added || 0;
        FOREACH k IN ARRAY item.keys LOOP
          key_member[k] := cardinality(member_account);
        END LOOP;
      END LOOP;
      membered := cardinality(member_account) > 0;
    END IF;

    IF gated THEN
      minute := floor(extract(epoch FROM decided_at) / 60);
      left_ms := 60000 - (extract(epoch FROM decided_at) * 1000)::bigint % 60000;
      gate_source := array_fill(NULL::text, ARRAY[key_count + account_count]);
      gate_counts := array_fill(false, ARRAY[key_count + account_count]);
      gate_requests_max := array_fill(NULL::bigint, ARRAY[key_count + account_count]);
      gate_requests_now := gate_requests_max;
      gate_requests_before := gate_requests_max;
      gate_tokens_max := gate_requests_max;
      gate_tokens_now := gate_requests_max;
      gate_tokens_before := gate_requests_max;
      gate_slots := array_fill(NULL::integer, ARRAY[key_count + account_count]);
      gate_slots_max := gate_slots;
      FOR item IN
        SELECT gate.*
        FROM (
          SELECT wanted.place, 'key' AS requests_source, 'key' AS tokens_source, 'key' AS slots_source,
            key.requests_per_minute, key.tokens_per_minute, key.concurrency_max, key.pending_count,
            key.window_minute, key.requests_now, key.requests_before, key.tokens_now, key.tokens_before
          FROM unnest(p_key_ids) WITH ORDINALITY AS wanted(id, place)
          JOIN quota.keys AS key ON key.id = wanted.id
          UNION ALL
          SELECT key_count + wanted.place,
            CASE WHEN account.requests_per_minute IS NULL THEN 'group' ELSE 'account' END,
            CASE WHEN account.tokens_per_minute IS NULL THEN 'group' ELSE 'account' END,
            CASE WHEN account.concurrency_max IS NULL THEN 'group' ELSE 'account' END,
            coalesce(account.requests_per_minute, default_limits.requests_per_minute),
            coalesce(account.tokens_per_minute, default_limits.tokens_per_minute),
            coalesce(account.concurrency_max, default_limits.concurrency_max), account.pending_count,
            account.window_minute, account.requests_now, account.requests_before, account.tokens_now,
            account.tokens_before
          FROM unnest(p_account_ids) WITH ORDINALITY AS wanted(id, place)
          JOIN quota.accounts AS account ON account.id = wanted.id
          LEFT JOIN quota.group_limits AS default_limits ON default_limits.group_name = account.group_name
        ) AS gate
        WHERE num_nonnulls(gate.requests_per_minute, gate.tokens_per_minute, gate.concurrency_max) > 0
      LOOP
        g := item.place;
        gate_source[g] := item.requests_source || ' ' || item.tokens_source || ' ' || item.slots_source;
        gate_counts[g] := num_nonnulls(item.requests_per_minute, item.tokens_per_minute) > 0;
        gate_requests_max[g] := item.requests_per_minute;
        gate_tokens_max[g] := item.tokens_per_minute;
        gate_slots[g] := item.concurrency_max - item.pending_count;
        gate_slots_max[g] := item.concurrency_max;
        -- Should the clock have been set back, what was counted counts as this minute's.
        gate_requests_now[g] := CASE WHEN item.window_minute >= minute THEN item.requests_now ELSE 0 END;
        gate_tokens_now[g] := CASE WHEN item.window_minute >= minute THEN item.tokens_now ELSE 0 END;
        gate_requests_before[g] := CASE
          WHEN item.window_minute >= minute THEN item.requests_before
          WHEN item.window_minute = minute - 1 THEN item.requests_now
          ELSE 0
        END;
        gate_tokens_before[g] := CASE
          WHEN item.window_minute >= minute THEN item.tokens_before
          WHEN item.window_minute = minute - 1 THEN item.tokens_now
          ELSE 0
        END;
      END LOOP;
    END IF;

    FOR i IN 1..request_count LOOP
      CONTINUE WHEN leases[i] IS NOT NULL;
      a := p_accounts[i];
      k := p_keys[i];
      amount := p_amounts[i];
      refused := CASE
        WHEN key_account[k] IS DISTINCT FROM p_account_ids[a] THEN 'invalid_api_key'
        WHEN key_refusal[k] IS NOT NULL THEN key_refusal[k]
        WHEN NOT account_active[a] THEN 'account_disabled'
        WHEN ruled AND rule_refusal[i] IS NOT NULL THEN rule_refusal[i]
        -- Null where the key has no limit. What costs nothing needs no room.
        WHEN budgeted AND amount > 0 AND amount > key_budget_room[k] THEN 'key_budget'
        WHEN amount > 0 AND amount > key_room[k] THEN 'key_quota'
        WHEN membered AND amount > 0 AND amount > member_room[key_member[k]] THEN 'member_budget'
        WHEN amount > 0 AND amount > account_room[a] THEN 'account_quota'
      END;

      IF gated AND refused IS NULL THEN
        tokens := p_tokens[i];
        FOREACH g IN ARRAY ARRAY[k, key_count + a] LOOP
          CONTINUE WHEN gate_source[g] IS NULL;
          IF tokens > gate_tokens_max[g] THEN
            refused := 'request_too_large';
            limits[i] := split_part(gate_source[g], ' ', 2);
            details[i] := jsonb_build_object(
              'limitName', 'tokens_per_minute', 'limit', gate_tokens_max[g], 'needed', tokens,
              'left', greatest(
                gate_tokens_max[g] - quota.window_used(gate_tokens_now[g], gate_tokens_before[g], left_ms), 0
              )
            );
            EXIT;
          END IF;
          used := quota.window_used(gate_requests_now[g], gate_requests_before[g], left_ms);
          IF used + 1 > gate_requests_max[g] THEN
            refused := 'rate_limit_exceeded';
            limits[i] := split_part(gate_source[g], ' ', 1);
            details[i] := jsonb_build_object(
              'limitName', 'requests_per_minute', 'limit', gate_requests_max[g], 'needed', 1,
              'left', greatest(gate_requests_max[g] - used, 0),
              'retryAfterMs', quota.window_retry_ms(
                gate_requests_max[g], 1, gate_requests_now[g], gate_requests_before[g], left_ms
              )
            );
            EXIT;
          END IF;
          used := quota.window_used(gate_tokens_now[g], gate_tokens_before[g], left_ms);
          IF used + tokens > gate_tokens_max[g] AND tokens > 0 THEN
            refused := 'rate_limit_exceeded';
            limits[i] := split_part(gate_source[g], ' ', 2);
            details[i] := jsonb_build_object(
              'limitName', 'tokens_per_minute', 'limit', gate_tokens_max[g], 'needed', tokens,
              'left', greatest(gate_tokens_max[g] - used, 0),
              'retryAfterMs', quota.window_retry_ms(
                gate_tokens_max[g], tokens, gate_tokens_now[g], gate_tokens_before[g], left_ms
              )
            );
            EXIT;
          END IF;
          IF gate_slots[g] <= 0 THEN
            refused := 'rate_limit_exceeded';
            limits[i] := split_part(gate_source[g], ' ', 3);
            details[i] := jsonb_build_object(
              'limitName', 'concurrency', 'limit', gate_slots_max[g], 'needed', 1, 'left', 0
            );
            EXIT;
          END IF;
        END LOOP;
      END IF;

      IF refused IS NULL THEN
        account_room[a] := account_room[a] - amount;
        account_added[a] := account_added[a] + amount;
        account_added_count[a] := account_added_count[a] + 1;
        key_room[k] := key_room[k] - amount;
        key_added[k] := key_added[k] + amount;
        key_added_count[k] := key_added_count[k] + 1;
        leases[i] := decided_at + p_leases_ms[i] * interval '1 millisecond';
        held := held || i;
        IF budgeted THEN
          key_budget_room[k] := key_budget_room[k] - amount;
          key_budget_held[k] := key_budget_held[k] + amount;
        END IF;
        IF membered AND key_member[k] IS NOT NULL THEN
          m := key_member[k];
          member_room[m] := member_room[m] - amount;
          member_held[m] := member_held[m] + amount;
          member_added[m] := member_added[m] + 1;
        END IF;
        IF gated THEN
          requests_left := NULL;
          tokens_left := NULL;
          FOREACH g IN ARRAY ARRAY[k, key_count + a] LOOP
            CONTINUE WHEN gate_source[g] IS NULL;
            gate_slots[g] := gate_slots[g] - 1;
            CONTINUE WHEN NOT gate_counts[g];
            gate_requests_now[g] := gate_requests_now[g] + 1;
            gate_tokens_now[g] := gate_tokens_now[g] + tokens;
            remaining := greatest(
              gate_requests_max[g] - quota.window_used(gate_requests_now[g], gate_requests_before[g], left_ms), 0
            );
            -- The tighter one is told.
            IF gate_requests_max[g] IS NOT NULL
              AND (requests_left IS NULL OR remaining < (requests_left ->> 'remaining')::bigint)
            THEN
              requests_left := jsonb_build_object(
                'limit', gate_requests_max[g], 'remaining', remaining,
                'resetMs', quota.window_reset_ms(gate_requests_now[g], gate_requests_before[g], left_ms)
              );
            END IF;
            remaining := greatest(
              gate_tokens_max[g] - quota.window_used(gate_tokens_now[g], gate_tokens_before[g], left_ms), 0
            );
            IF gate_tokens_max[g] IS NOT NULL
              AND (tokens_left IS NULL OR remaining < (tokens_left ->> 'remaining')::bigint)
            THEN
              tokens_left := jsonb_build_object(
                'limit', gate_tokens_max[g], 'remaining', remaining,
                'resetMs', quota.window_reset_ms(gate_tokens_now[g], gate_tokens_before[g], left_ms)
              );
            END IF;
          END LOOP;
          IF requests_left IS NOT NULL OR tokens_left IS NOT NULL THEN
            details[i] := jsonb_strip_nulls(jsonb_build_object('requests', requests_left, 'tokens', tokens_left));
          END IF;
        END IF;
      ELSIF refused = 'key_budget' THEN
        refusals[i] := 'insufficient_quota';
        limits[i] := 'key';
        available[i] := key_budget_room[k];
        details[i] := jsonb_build_object(
          'limitName', 'budget',
          -- Waiting helps only what the whole budget can pay.
          'retryAfterMs', CASE WHEN amount <= key_budget_most[k] THEN
            ceil(extract(epoch FROM key_budget_ends[k] - decided_at) * 1000)::bigint
          END
        );
      ELSIF refused = 'key_quota' THEN
        refusals[i] := 'insufficient_quota';
        limits[i] := 'key';
        available[i] := key_room[k];
      ELSIF refused = 'member_budget' THEN
        m := key_member[k];
        refusals[i] := 'insufficient_quota';
        limits[i] := 'member';
        available[i] := member_room[m];
        details[i] := jsonb_build_object(
          'limitName', 'member_budget',
          'retryAfterMs', CASE WHEN amount <= member_most[m] THEN
            ceil(extract(epoch FROM member_ends[m] - decided_at) * 1000)::bigint
          END
        );
      ELSIF refused = 'account_quota' THEN
        refusals[i] := 'insufficient_quota';
        limits[i] := 'account';
        available[i] := account_room[a];
      ELSE
        refusals[i] := refused;
        limits[i] := coalesce(limits[i], CASE refused WHEN 'account_disabled' THEN 'account' ELSE 'key' END);
      END IF;
    END LOOP;

    IF cardinality(held) > 0 THEN
      IF gated OR budgeted OR membered THEN
        INSERT INTO quota.reservations
          (id, request_id, account_id, key_id, amount_nanos, status, created_at, lease_expires_at, budget_since,
           member_budget_since, key_window_tokens, account_window_tokens)
        SELECT p_ids[place], p_request_ids[place], p_account_ids[p_accounts[place]], p_key_ids[p_keys[place]],
          p_amounts[place], 'pending', decided_at, leases[place], key_budget_since[p_keys[place]],
          member_since[key_member[p_keys[place]]],
          CASE WHEN gate_counts[p_keys[place]] THEN p_tokens[place] END,
          CASE WHEN gate_counts[key_count + p_accounts[place]] THEN p_tokens[place] END
        FROM unnest(held) AS place;
      ELSE
        INSERT INTO quota.reservations
          (id, request_id, account_id, key_id, amount_nanos, status, created_at, lease_expires_at)
        SELECT p_ids[place], p_request_ids[place], p_account_ids[p_accounts[place]], p_key_ids[p_keys[place]],
          p_amounts[place], 'pending', decided_at, leases[place]
        FROM unnest(held) AS place;
      END IF;

      -- Counters stay as they are where they are not wanted.
      IF gated THEN
        UPDATE quota.accounts AS account
        SET held_nanos = account.held_nanos + change.added,
          pending_count = account.pending_count + change.added_count,
          window_minute = CASE WHEN change.counts THEN minute ELSE account.window_minute END,
          requests_now = CASE WHEN change.counts THEN change.requests_now ELSE account.requests_now END,
          requests_before = CASE WHEN change.counts THEN change.requests_before ELSE account.requests_before END,
          tokens_now = CASE WHEN change.counts THEN change.tokens_now ELSE account.tokens_now END,
          tokens_before = CASE WHEN change.counts THEN change.tokens_before ELSE account.tokens_before END
        FROM unnest(
          p_account_ids, account_added, account_added_count, gate_counts[key_count + 1:],
          gate_requests_now[key_count + 1:], gate_requests_before[key_count + 1:],
          gate_tokens_now[key_count + 1:], gate_tokens_before[key_count + 1:]
        ) AS change(id, added, added_count, counts, requests_now, requests_before, tokens_now, tokens_before)
        WHERE account.id = change.id AND change.added_count > 0;
      ELSE
        UPDATE quota.accounts AS account
        SET held_nanos = account.held_nanos + change.added,
          pending_count = account.pending_count + change.added_count
        FROM unnest(p_account_ids, account_added, account_added_count) AS change(id, added, added_count)
        WHERE account.id = change.id AND change.added_count > 0;
      END IF;

      IF gated OR budgeted THEN
        UPDATE quota.keys AS key
        SET held_nanos = key.held_nanos + change.added, pending_count = key.pending_count + change.added_count,
          window_minute = CASE WHEN change.counts THEN minute ELSE key.window_minute END,
          requests_now = CASE WHEN change.counts THEN change.requests_now ELSE key.requests_now END,
          requests_before = CASE WHEN change.counts THEN change.requests_before ELSE key.requests_before END,
          tokens_now = CASE WHEN change.counts THEN change.tokens_now ELSE key.tokens_now END,
          tokens_before = CASE WHEN change.counts THEN change.tokens_before ELSE key.tokens_before END,
          budget_since = coalesce(change.since, key.budget_since),
          budget_resets_at = coalesce(change.ends, key.budget_resets_at),
          budget_spent_nanos = coalesce(change.spent, key.budget_spent_nanos),
          budget_held_nanos = coalesce(change.held, key.budget_held_nanos)
        FROM unnest(
          p_key_ids, key_added, key_added_count, gate_counts[:key_count], gate_requests_now[:key_count],
          gate_requests_before[:key_count], gate_tokens_now[:key_count], gate_tokens_before[:key_count],
          key_budget_since, key_budget_ends, key_budget_spent, key_budget_held
        ) AS change(
          id, added, added_count, counts, requests_now, requests_before, tokens_now, tokens_before, since, ends, spent,
          held
        )
        WHERE key.id = change.id AND change.added_count > 0;
      ELSE
        UPDATE quota.keys AS key
        SET held_nanos = key.held_nanos + change.added, pending_count = key.pending_count + change.added_count
        FROM unnest(p_key_ids, key_added, key_added_count) AS change(id, added, added_count)
        WHERE key.id = change.id AND change.added_count > 0;
      END IF;
    END IF;

    IF membered THEN
      UPDATE quota.member_budgets AS budget
      SET since = change.since, resets_at = change.ends, spent_nanos = change.spent, held_nanos = change.held
      FROM unnest(member_account, member_user, member_since, member_ends, member_spent, member_held, member_added)
        AS change(account_id, user_id, since, ends, spent, held, added)
      WHERE budget.account_id = change.account_id AND budget.user_id = change.user_id AND change.added > 0;
    END IF;

    RETURN QUERY
      SELECT decision.refusal, decision.limit_source, decision.available,
        (extract(epoch FROM decision.lease) * 1000)::bigint, decision.detail
      FROM unnest(refusals, limits, available, leases, details)
        AS decision(refusal, limit_source, available, lease, detail);
  END;
  END $$;
`;
