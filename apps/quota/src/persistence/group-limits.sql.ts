export const PUT_GROUP_LIMITS = `
  INSERT INTO quota.group_limits (group_name, requests_per_minute, tokens_per_minute, concurrency_max)
  VALUES ($1, $2, $3, $4)
  ON CONFLICT (group_name) DO UPDATE SET
    requests_per_minute = excluded.requests_per_minute,
    tokens_per_minute = excluded.tokens_per_minute,
    concurrency_max = excluded.concurrency_max
`;

export const DELETE_GROUP_LIMITS = 'DELETE FROM quota.group_limits WHERE group_name = $1';

export const LIST_GROUP_LIMITS = `
  SELECT group_name AS "group", requests_per_minute::integer AS "requestsPerMinute",
    tokens_per_minute::integer AS "tokensPerMinute", concurrency_max AS "concurrencyMax"
  FROM quota.group_limits
  ORDER BY group_name
`;
