/**
 * The arithmetic of limits: when a period of a budget begins and ends, and what a sliding minute holds.
 *
 * `quota.budget_period` finds the period that a moment lies in. Its edges are midnights of the time zone, so that a day
 * has 23 or 25 hours where the clocks change. Where a midnight is left out, the day begins when the clocks jump; where
 * one comes twice, the second one begins the day, and the moment before it still belongs to the day before.
 *
 * A sliding minute is two counts: that of the current minute of the clock, whole, and that of the one before, in the
 * share of it that lies within the last 60 seconds, rounded up. `left_ms` is what is left of the current minute.
 * `quota.window_retry_ms` is the shortest wait after which so much more would fit, if nothing else comes meanwhile; null
 * when it never will.
 */
export const LIMIT_FUNCTIONS = `
  CREATE OR REPLACE FUNCTION quota.budget_period(
    p_period text, p_days integer, p_zone text, p_set_at timestamptz, p_at timestamptz,
    OUT starts_at timestamptz, OUT ends_at timestamptz
  ) LANGUAGE plpgsql STABLE AS $$
  DECLARE
    set_on constant date := (p_set_at AT TIME ZONE p_zone)::date;
    today date := (p_at AT TIME ZONE p_zone)::date;
    first date;
    next date;
  BEGIN
    IF today::timestamp AT TIME ZONE p_zone > p_at THEN
      today := today - 1;
    END IF;
    first := CASE p_period
      WHEN 'daily' THEN today
      WHEN 'weekly' THEN date_trunc('week', today::timestamp)::date
      WHEN 'monthly' THEN date_trunc('month', today::timestamp)::date
      ELSE set_on + floor((today - set_on)::numeric / p_days)::integer * p_days
    END;
    next := CASE p_period
      WHEN 'daily' THEN first + 1
      WHEN 'weekly' THEN first + 7
      WHEN 'monthly' THEN (first + interval '1 month')::date
      ELSE first + p_days
    END;
    starts_at := first::timestamp AT TIME ZONE p_zone;
    ends_at := next::timestamp AT TIME ZONE p_zone;
  END $$;

  CREATE OR REPLACE FUNCTION quota.window_used(now_count bigint, before_count bigint, left_ms bigint) RETURNS bigint
  LANGUAGE sql IMMUTABLE AS $$ SELECT now_count + (before_count * left_ms + 59999) / 60000 $$;

  CREATE OR REPLACE FUNCTION quota.window_retry_ms(
    most bigint, needed bigint, now_count bigint, before_count bigint, left_ms bigint
  ) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
      WHEN needed > most THEN NULL
      -- Within this minute, as more and more of the one before passes out of sight.
      WHEN now_count + needed <= most THEN left_ms - least(left_ms, (most - needed - now_count) * 60000 / greatest(before_count, 1))
      -- In the next one, where this minute is the one before.
      ELSE left_ms + 60000 - (most - needed) * 60000 / now_count
    END
  $$;

  -- How long until nothing of what was counted is left in sight.
  CREATE OR REPLACE FUNCTION quota.window_reset_ms(now_count bigint, before_count bigint, left_ms bigint) RETURNS bigint
  LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN now_count > 0 THEN left_ms + 60000 WHEN before_count > 0 THEN left_ms ELSE 0 END
  $$;
`;
