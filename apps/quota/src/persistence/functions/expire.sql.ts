import { HOT_FUNCTION_SETTINGS } from './hot-function-settings.sql.js';

/**
 * `quota.expire` ends pending reservations whose lease is over, the oldest first, charges what their checkpoint says was
 * delivered, gives back the rest, and returns how many it ended. It waits for the accounts like every other writer
 * instead of skipping those that are locked, because a busy account is locked nearly always, and its holds would never
 * expire. Replicas that sweep at once find the reservations ended when their turn comes.
 */
export const EXPIRE_FUNCTION = `
  CREATE OR REPLACE FUNCTION quota.expire(p_count_max integer) RETURNS integer
  LANGUAGE plpgsql ${HOT_FUNCTION_SETTINGS} AS $$
  DECLARE
    -- A variable, since the planner uses no index for a comparison with the function itself.
    expired_at timestamptz := clock_timestamp();
    written_at timestamptz;
    lapsed uuid[];
    owners uuid[];
    delivered uuid[];
    expired_count integer;
    item record;
    balance bigint;
    shortfall bigint;
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
    written_at := clock_timestamp();

    WITH ended AS (
      UPDATE quota.reservations
      SET status = 'expired', ended_at = written_at, charged_nanos = coalesce(checkpoint_nanos, 0),
        event_due = context IS NOT NULL
      WHERE id = ANY (lapsed) AND status = 'pending' AND lease_expires_at < expired_at
      RETURNING id, account_id, key_id, amount_nanos, charged_nanos, budget_since, member_budget_since
    ), released_accounts AS (
      UPDATE quota.accounts AS account
      SET held_nanos = account.held_nanos - released.amount, pending_count = account.pending_count - released.ended
      FROM (
        SELECT account_id, sum(amount_nanos)::bigint AS amount, count(*)::integer AS ended
        FROM ended
        GROUP BY account_id
      ) AS released
      WHERE account.id = released.account_id
    ), released_keys AS (
      UPDATE quota.keys AS key
      SET held_nanos = key.held_nanos - released.amount, pending_count = key.pending_count - released.ended,
        spent_nanos = key.spent_nanos + released.charged,
        budget_held_nanos = key.budget_held_nanos - released.budget_amount,
        budget_spent_nanos = key.budget_spent_nanos + released.budget_charged
      FROM (
        SELECT holder.id, sum(ended.amount_nanos)::bigint AS amount, sum(ended.charged_nanos)::bigint AS charged,
          count(*)::integer AS ended,
          coalesce(sum(ended.amount_nanos) FILTER (WHERE ended.budget_since = holder.budget_since), 0)::bigint
            AS budget_amount,
          coalesce(sum(ended.charged_nanos) FILTER (WHERE ended.budget_since = holder.budget_since), 0)::bigint
            AS budget_charged
        FROM ended
        JOIN quota.keys AS holder ON holder.id = ended.key_id
        GROUP BY holder.id
      ) AS released
      WHERE key.id = released.id
    ), released_members AS (
      UPDATE quota.member_budgets AS budget
      SET held_nanos = budget.held_nanos - released.amount, spent_nanos = budget.spent_nanos + released.charged
      FROM (
        SELECT maker.account_id, maker.created_by_user, ended.member_budget_since AS since,
          sum(ended.amount_nanos)::bigint AS amount, sum(ended.charged_nanos)::bigint AS charged
        FROM ended
        JOIN quota.keys AS maker ON maker.id = ended.key_id
        WHERE ended.member_budget_since IS NOT NULL
        GROUP BY maker.account_id, maker.created_by_user, ended.member_budget_since
      ) AS released
      WHERE budget.account_id = released.account_id AND budget.user_id = released.created_by_user
        AND budget.since = released.since
    )
    SELECT count(*), array_agg(id) FILTER (WHERE charged_nanos > 0) INTO expired_count, delivered FROM ended;

    -- Few of those that expire have delivered anything, so these may take a few statements each.
    FOR item IN
      SELECT reservation.*, account.overdraft_nanos
      FROM quota.reservations AS reservation
      JOIN quota.accounts AS account ON account.id = reservation.account_id
      WHERE reservation.id = ANY (delivered)
    LOOP
      SELECT account.balance_nanos - item.charged_nanos INTO balance
      FROM quota.accounts AS account
      WHERE account.id = item.account_id;
      shortfall := greatest(-item.overdraft_nanos - balance, 0);
      INSERT INTO quota.ledger_entries
        (account_id, key_id, kind, counterpart, reference, amount_nanos, balance_after_nanos, note, created_at)
      VALUES
        (item.account_id, item.key_id, 'charge', 'revenue', item.id::text, -item.charged_nanos, balance,
         item.request_id, written_at);
      IF shortfall > 0 THEN
        INSERT INTO quota.ledger_entries
          (account_id, key_id, kind, counterpart, reference, amount_nanos, balance_after_nanos, note, created_at)
        VALUES
          (item.account_id, item.key_id, 'write_off', 'write_offs', item.id::text, shortfall, balance + shortfall,
           item.request_id, written_at);
      END IF;
      UPDATE quota.accounts SET balance_nanos = balance + shortfall WHERE id = item.account_id;
    END LOOP;
    RETURN expired_count;
  END $$;
`;
