import type { RecordPosition } from '../domain/records-query.js';
import type { RecordFilters } from '../domain/usage-filters.js';

/** The conditions of one statement, and the parameters that they name. */
export class Conditions {
  private readonly conditions: string[] = [];

  constructor(private readonly values: unknown[] = []) {}

  get parameters(): unknown[] {
    return this.values;
  }

  /** Keeps a value for the statement and answers with its place: `$3`. */
  value(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  add(condition: string): this {
    this.conditions.push(condition);
    return this;
  }

  get sql(): string {
    return this.conditions.length > 0 ? this.conditions.join(' AND ') : 'true';
  }
}

/** A model is the one that was asked for: it is what the price belongs to. */
export function addRecordConditions(to: Conditions, filters: RecordFilters): Conditions {
  const { from, to: until, accountId, keyIds, model, channelId, outcome, status, requestId, keyName } = filters;
  if (from) to.add(`completed_at >= ${to.value(from)}`);
  if (until) to.add(`completed_at < ${to.value(until)}`);
  if (accountId !== undefined) to.add(`account_id = ${to.value(accountId)}`);
  if (keyIds?.length === 1) to.add(`key_id = ${to.value(keyIds[0])}`);
  else if (keyIds) to.add(`key_id = ANY(${to.value(keyIds)}::text[])`);
  if (model !== undefined) to.add(`model_asked = ${to.value(model)}`);
  if (channelId === '') to.add('channel_id IS NULL');
  else if (channelId !== undefined) to.add(`channel_id = ${to.value(channelId)}`);
  if (requestId !== undefined) to.add(`request_id = ${to.value(requestId)}`);
  if (keyName !== undefined) to.add(`key_name ILIKE ${to.value(containing(keyName))}`);
  // Partial indexes are found by what a statement says, not by the values of its parameters.
  if (outcome) to.add(`outcome = '${outcome}'`);
  if (outcome && outcome !== 'settled') to.add(`outcome <> 'settled'`);
  if (status?.kind === 'ok') to.add('NOT failed');
  if (status?.kind === 'error') to.add('failed');
  if (status?.kind === 'code') to.add(`http_status = ${status.code}`);
  if (status?.kind === 'code' && status.code >= 400) to.add('failed');
  return to;
}

/**
 * Below the one place in the list, newest first, and not below the other. What is said of the time alone tells which
 * months cannot hold any.
 */
export function addPosition(
  to: Conditions,
  after: RecordPosition | undefined,
  until?: RecordPosition | undefined,
): Conditions {
  if (after) {
    const completedAt = to.value(after.completedAt);
    to.add(`completed_at <= ${completedAt}`).add(`(completed_at, id) < (${completedAt}, ${to.value(after.id)})`);
  }
  if (until) {
    const completedAt = to.value(until.completedAt);
    to.add(`completed_at >= ${completedAt}`).add(`(completed_at, id) >= (${completedAt}, ${to.value(until.id)})`);
  }
  return to;
}

/** A pattern for LIKE that matches texts with `part` in them, whatever characters it has. */
export function containing(part: string): string {
  return `%${part.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
