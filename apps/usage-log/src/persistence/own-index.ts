import type { RecordFilters, StatusFilter } from '../domain/usage-filters.js';

/** Whether the records lie together in one index, in the order of the list, whatever else is asked. */
export function hasOwnIndex({
  accountId,
  keyIds,
  model,
  channelId,
  outcome,
  status,
  requestId,
  keyName,
}: RecordFilters): boolean {
  // Few share a request id; whatever else is asked of them is looked at one by one.
  if (requestId !== undefined) return true;
  if (keyName !== undefined || (keyIds?.length ?? 1) !== 1) return false;
  // What nearly all records are has no index of its own.
  if (outcome === 'settled' || (status && !isFailure(status))) return false;
  const asked = [keyIds ? keyIds[0] : accountId, model, channelId, outcome, status];
  return asked.filter((value) => value !== undefined).length <= 1;
}

/** Whether the index of failures has all of them. One below 400 may be there or not: a stream can fail after its 200. */
function isFailure(status: StatusFilter): boolean {
  return status.kind === 'error' || (status.kind === 'code' && status.code >= 400);
}
