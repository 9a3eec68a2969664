import { ACCOUNT } from './accounts.sql.js';
import { KEY } from './keys.sql.js';

export const FIND_ROLE = 'SELECT role FROM quota.account_members WHERE user_id = $1 AND account_id = $2';

/** As `FIND_ROLE`, and keeps the member from being removed until the transaction ends. */
export const FIND_ROLE_SHARED = `${FIND_ROLE} FOR SHARE`;

/** Inserts nothing when the user is a member already. */
export const INSERT_MEMBER = `
  INSERT INTO quota.account_members (account_id, user_id, role) VALUES ($1, $2, $3)
  ON CONFLICT DO NOTHING
  RETURNING role
`;

export const LIST_MEMBERSHIPS = `
  SELECT membership.role, ${ACCOUNT}
  FROM quota.account_members AS membership
  JOIN quota.accounts AS account ON account.id = membership.account_id
  WHERE membership.user_id = $1
  ORDER BY membership.position
`;

/**
 * A member as the contract has it; `position` is its place in the list. A month that is over is shown as the one that
 * follows it, in which nothing is spent, though the row of the budget changes only with the next reservation.
 */
const MEMBER = `
  member.position,
  member.account_id AS "accountId",
  member.user_id AS "userId",
  person.username,
  member.role,
  budget.budget_nanos AS "budgetNanos",
  CASE WHEN budget.resets_at <= clock_timestamp() THEN 0 ELSE budget.spent_nanos END AS "spentNanos",
  CASE WHEN budget.resets_at <= clock_timestamp() THEN 0 ELSE budget.held_nanos END AS "heldNanos",
  CASE
    WHEN budget.resets_at <= clock_timestamp()
      THEN (quota.budget_period('monthly', NULL, 'UTC', clock_timestamp(), clock_timestamp())).ends_at
    ELSE budget.resets_at
  END AS "resetsAt",
  member.joined_at AS "joinedAt"
`;

const FROM_MEMBERS = `
  FROM quota.account_members AS member
  JOIN quota.users AS person ON person.id = member.user_id
  LEFT JOIN quota.member_budgets AS budget
    ON budget.account_id = member.account_id AND budget.user_id = member.user_id
`;

export const FIND_MEMBER = `
  SELECT ${MEMBER} ${FROM_MEMBERS} WHERE member.account_id = $1 AND member.user_id = $2
`;

export const LIST_MEMBERS = `
  SELECT ${MEMBER} ${FROM_MEMBERS}
  WHERE member.account_id = $3 AND ($1::bigint IS NULL OR member.position < $1)
  ORDER BY member.position DESC
  LIMIT $2
`;

/** Whoever changes who belongs to an account takes turns: its owners are counted under this lock. */
export const LOCK_MEMBERS = `
  SELECT user_id AS "userId", role FROM quota.account_members WHERE account_id = $1 ORDER BY user_id FOR UPDATE
`;

export const SET_ROLE = 'UPDATE quota.account_members SET role = $3 WHERE account_id = $1 AND user_id = $2';

/** A budget counts from when it is set: what was spent before is no concern of it. Another amount goes on counting. */
export const PUT_MEMBER_BUDGET = `
  INSERT INTO quota.member_budgets (account_id, user_id, budget_nanos, since, resets_at)
  SELECT member.account_id, member.user_id, $3, clock.now, present.ends_at
  FROM quota.account_members AS member, (SELECT clock_timestamp() AS now) AS clock,
    LATERAL quota.budget_period('monthly', NULL, 'UTC', clock.now, clock.now) AS present
  WHERE member.account_id = $1 AND member.user_id = $2
  ON CONFLICT (account_id, user_id) DO UPDATE SET budget_nanos = excluded.budget_nanos
`;

export const REMOVE_MEMBER_BUDGET = 'DELETE FROM quota.member_budgets WHERE account_id = $1 AND user_id = $2';

/** What is left of the budget of the member who made a key; no row when there is none. */
export const LEFT_OF_MEMBER_BUDGET = `
  SELECT budget.budget_nanos
    - CASE WHEN budget.resets_at <= clock_timestamp() THEN 0 ELSE budget.spent_nanos + budget.held_nanos END AS "leftNanos"
  FROM quota.keys AS key
  JOIN quota.member_budgets AS budget ON budget.account_id = key.account_id AND budget.user_id = key.created_by_user
  WHERE key.id = $1
`;

export const DELETE_MEMBER = 'DELETE FROM quota.account_members WHERE account_id = $1 AND user_id = $2';

/** Whoever leaves knows the secrets of these keys. */
export const DISABLE_KEYS_OF_MEMBER = `
  WITH disabled AS (
    UPDATE quota.keys SET status = 'disabled'
    WHERE account_id = $1 AND created_by_user = $2 AND status = 'active'
    RETURNING id
  )
  SELECT id FROM disabled
`;

/** What can still be accepted. */
const OPEN = 'accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now()';

/** Nobody who may no longer invite should have left a way in. */
export const REVOKE_INVITATIONS_OF_MEMBER = `
  UPDATE quota.account_invitations SET revoked_at = now() WHERE account_id = $1 AND invited_by = $2 AND ${OPEN}
`;

/** An invitation as the contract has it; `position` is its place in the list. */
const INVITATION = `
  invitation.position,
  invitation.id,
  invitation.account_id AS "accountId",
  invitation.role,
  person.username AS "invitedBy",
  invitation.created_at AS "createdAt",
  invitation.expires_at AS "expiresAt"
`;

/** Inserts nothing when there is no such account. */
export const INSERT_INVITATION = `
  WITH invitation AS (
    INSERT INTO quota.account_invitations (account_id, role, token_hash, invited_by, expires_at)
    SELECT account.id, $2, $3, $4, date_trunc('milliseconds', now() + $5::integer * interval '1 hour')
    FROM quota.accounts AS account
    WHERE account.id = $1
    RETURNING *
  )
  SELECT ${INVITATION} FROM invitation JOIN quota.users AS person ON person.id = invitation.invited_by
`;

export const LIST_INVITATIONS = `
  SELECT ${INVITATION}
  FROM quota.account_invitations AS invitation
  JOIN quota.users AS person ON person.id = invitation.invited_by
  WHERE invitation.account_id = $3 AND ${OPEN} AND ($1::bigint IS NULL OR invitation.position < $1)
  ORDER BY invitation.position DESC
  LIMIT $2
`;

export const REVOKE_INVITATION = `
  WITH revoked AS (
    UPDATE quota.account_invitations SET revoked_at = now() WHERE account_id = $1 AND id = $2 AND ${OPEN} RETURNING id
  )
  SELECT id FROM revoked
`;

export const FIND_OPEN_INVITATION = `SELECT id FROM quota.account_invitations WHERE token_hash = $1 AND ${OPEN}`;

/** The condition is checked again when the row had to be waited for, so only one acceptance gets it. */
export const ACCEPT_INVITATION = `
  WITH accepted AS (
    UPDATE quota.account_invitations SET accepted_at = now(), accepted_by = $2
    WHERE token_hash = $1 AND ${OPEN}
    RETURNING account_id, role
  )
  SELECT account_id AS "accountId", role FROM accepted
`;

export const ATTRIBUTE_KEY = 'UPDATE quota.keys SET created_by_user = $2 WHERE id = $1';

export const FIND_ACCOUNT_OF_KEY = 'SELECT account_id AS "accountId" FROM quota.keys WHERE id = $1';

const MEMBER_KEY = `
  ${KEY},
  person.id AS "creatorId",
  person.username AS "creatorName"
`;

export const FIND_MEMBER_KEY = `
  SELECT ${MEMBER_KEY} FROM quota.keys AS key
  LEFT JOIN quota.users AS person ON person.id = key.created_by_user
  WHERE key.id = $1
`;

export const LIST_MEMBER_KEYS = `
  SELECT ${MEMBER_KEY} FROM quota.keys AS key
  LEFT JOIN quota.users AS person ON person.id = key.created_by_user
  WHERE key.account_id = $3
    AND ($4::uuid IS NULL OR key.created_by_user = $4)
    AND ($1::bigint IS NULL OR key.position < $1)
  ORDER BY key.position DESC
  LIMIT $2
`;
