/**
 * `quota.first_entry_from` finds the id of an account's first ledger entry at or after a moment; null when there is none.
 *
 * The entries of an account are written under the lock of its row, so their ids and their times have the same order, and
 * halving finds the place in some two dozen steps along the primary key. An index on the time would do so too, and every
 * posting would pay for it.
 */
export const STATEMENT_FUNCTION = `
  CREATE OR REPLACE FUNCTION quota.first_entry_from(p_account_id uuid, p_at timestamptz) RETURNS bigint
  LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
  DECLARE
    low bigint;
    high bigint;
    middle bigint;
    found_id bigint;
    found_at timestamptz;
    answer bigint;
  BEGIN
    SELECT entry.id INTO low FROM quota.ledger_entries AS entry
    WHERE entry.account_id = p_account_id ORDER BY entry.id LIMIT 1;
    SELECT entry.id INTO high FROM quota.ledger_entries AS entry
    WHERE entry.account_id = p_account_id ORDER BY entry.id DESC LIMIT 1;
    -- What is sought is from low to high, or nowhere.
    WHILE low <= high LOOP
      middle := low + (high - low) / 2;
      SELECT entry.id, entry.created_at INTO found_id, found_at FROM quota.ledger_entries AS entry
      WHERE entry.account_id = p_account_id AND entry.id >= middle ORDER BY entry.id LIMIT 1;
      IF found_at >= p_at THEN
        answer := found_id;
        high := middle - 1;
      ELSE
        low := found_id + 1;
      END IF;
    END LOOP;
    RETURN answer;
  END $$;
`;
