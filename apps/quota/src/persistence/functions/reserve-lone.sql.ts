/**
 * The beginning of `quota.reserve`: a request that comes alone, that nothing but money limits, and that fits, is held
 * here, in half of the time that a batch takes for its arrays. Where requests come one by one most are like this. Whatever
 * else there is to say of a request is said by what follows, as if this had not been there: all that was done is to lock
 * the account.
 */
export const RESERVE_LONE = `
  DECLARE
    fits boolean;
    lone_at timestamptz;
    lone_lease timestamptz;
  BEGIN
    IF cardinality(p_ids) = 1 THEN
      SELECT account.status = 'active'
        AND p_amounts[1] <= account.balance_nanos - account.held_nanos + account.overdraft_nanos
        AND num_nonnulls(account.requests_per_minute, account.tokens_per_minute, account.concurrency_max) = 0
        AND NOT EXISTS (
          SELECT FROM quota.group_limits AS default_limits WHERE default_limits.group_name = account.group_name
        )
      INTO fits
      FROM quota.accounts AS account
      WHERE account.id = p_account_ids[1]
      FOR NO KEY UPDATE;

      -- The time after the lock was waited for, after which the key is as whoever held it before has left it.
      lone_at := date_trunc('milliseconds', clock_timestamp());

      IF fits THEN
        SELECT key.account_id = p_account_ids[1]
          AND key.status = 'active'
          AND (key.expires_at <= lone_at) IS NOT TRUE
          AND (p_amounts[1] > key.quota_nanos - key.spent_nanos - key.held_nanos) IS NOT TRUE
          AND num_nonnulls(
            key.allowed_models, key.allowed_ips, key.budget_nanos, key.requests_per_minute, key.tokens_per_minute,
            key.concurrency_max
          ) = 0
          AND NOT EXISTS (
            SELECT FROM quota.member_budgets AS budget
            WHERE budget.account_id = key.account_id AND budget.user_id = key.created_by_user
          )
          AND NOT EXISTS (SELECT FROM quota.reservations AS reservation WHERE reservation.id = p_ids[1])
        INTO fits
        FROM quota.keys AS key
        WHERE key.id = p_key_ids[1];
      END IF;

      IF fits THEN
        lone_lease := lone_at + p_leases_ms[1] * interval '1 millisecond';
        INSERT INTO quota.reservations
          (id, request_id, account_id, key_id, amount_nanos, status, created_at, lease_expires_at)
        VALUES
          (p_ids[1], p_request_ids[1], p_account_ids[1], p_key_ids[1], p_amounts[1], 'pending', lone_at, lone_lease);
        UPDATE quota.accounts AS account
        SET held_nanos = account.held_nanos + p_amounts[1], pending_count = account.pending_count + 1
        WHERE account.id = p_account_ids[1];
        UPDATE quota.keys AS key
        SET held_nanos = key.held_nanos + p_amounts[1], pending_count = key.pending_count + 1
        WHERE key.id = p_key_ids[1];
        lease_expires_ms := extract(epoch FROM lone_lease) * 1000;
        RETURN NEXT;
        RETURN;
      END IF;
    END IF;
  END;
`;
