/**
 * Settings of the functions on the hot path. A connection plans their statements once, perhaps while the tables are
 * still empty or never analysed, and keeps the plans. Each statement joins a batch of some hundred rows to a table by its
 * primary key, for which a nested loop over the index is right at every size: so nothing else may be chosen.
 */
export const HOT_FUNCTION_SETTINGS = `
  SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off
  SET enable_hashjoin = off
  SET enable_mergejoin = off
  SET jit = off
`;
