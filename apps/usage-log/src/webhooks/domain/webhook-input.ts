import {
  DomainError,
  WEBHOOK_STATUSES,
  type UsageOutcome,
  type Webhook,
  type WebhookStatus,
} from '@code-router/contracts';
import { isUuid, Problems } from '@code-router/input';
import type { UrlRules } from './url-rules.js';

export interface WebhookFields {
  readonly name: string;
  readonly url: string;
  readonly accountId: string | null;
  readonly events: readonly UsageOutcome[];
  readonly status: WebhookStatus;
}

const NAME_LENGTH_MAX = 100;
const ID_LENGTH_MAX = 500;
const OUTCOMES: readonly UsageOutcome[] = ['settled', 'released', 'orphaned'];
export const OVERLAP_HOURS_DEFAULT = 24;
const OVERLAP_HOURS_MAX = 168;

/** Checks those fields that are given. @throws DomainError `invalid_request_error` naming every field that is wrong. */
export function webhookFields<Given extends Partial<WebhookFields>>(given: Given, rules: UrlRules): Given {
  const problems = new Problems();
  const { name, url, accountId, events, status } = given as { readonly [Name in keyof WebhookFields]?: unknown };
  if (name !== undefined) {
    const valid = typeof name === 'string' && /^\P{Cc}+$/u.test(name) && name.length <= NAME_LENGTH_MAX;
    problems.expect(valid, 'name', `must be text of 1 to ${NAME_LENGTH_MAX} characters`);
  }
  if (url !== undefined) {
    const fault = rules.faultOf(url);
    problems.expect(fault === undefined, 'url', fault ?? '');
  }
  if (accountId !== undefined && accountId !== null) {
    const valid = typeof accountId === 'string' && accountId.length > 0 && accountId.length <= ID_LENGTH_MAX;
    problems.expect(valid && !accountId.includes('\0'), 'accountId', 'must be the id of an account, or null');
  }
  if (events !== undefined) {
    problems.expect(isListOfOutcomes(events), 'events', `must be some of ${OUTCOMES.join(', ')}, each once`);
  }
  if (status !== undefined) {
    const known = (WEBHOOK_STATUSES as readonly unknown[]).includes(status);
    problems.expect(known, 'status', `must be ${WEBHOOK_STATUSES.join(' or ')}`);
  }
  problems.throwIfAny();
  return given;
}

/** The same, and every field but the account and the status must be given. */
export function newWebhookFields(given: Partial<WebhookFields>, rules: UrlRules): WebhookFields {
  const problems = new Problems();
  for (const field of ['name', 'url', 'events'] as const) {
    problems.expect(given[field] !== undefined, field, 'must be given');
  }
  problems.throwIfAny();
  return webhookFields({ ...given, accountId: given.accountId ?? null, status: 'active' } as WebhookFields, rules);
}

/** @throws DomainError `invalid_request_error`. */
export function overlapHours(hours: unknown): number {
  const overlap = hours ?? OVERLAP_HOURS_DEFAULT;
  const problems = new Problems();
  const valid = Number.isInteger(overlap) && Number(overlap) >= 0 && Number(overlap) <= OVERLAP_HOURS_MAX;
  problems.expect(valid, 'overlapHours', `must be a whole number from 0 to ${OVERLAP_HOURS_MAX}`);
  problems.throwIfAny();
  return Number(overlap);
}

/** @throws DomainError `not_found`: what is no id of a webhook names none. */
export function webhookId(id: unknown): string {
  if (isUuid(id)) return id.toLowerCase();
  throw noSuchWebhook(String(id));
}

export function noSuchWebhook(id: string): DomainError {
  return new DomainError('not_found', `There is no webhook ${id}.`, { webhookId: id });
}

/** @throws DomainError `conflict`: what is put on its way to a webhook that is disabled would be given up. */
export function expectActive({ id, status }: Webhook): void {
  if (status === 'active') return;
  throw new DomainError('conflict', `The webhook ${id} is disabled. Enable it first.`, { webhookId: id });
}

function isListOfOutcomes(events: unknown): boolean {
  if (!Array.isArray(events) || events.length === 0 || new Set(events).size !== events.length) return false;
  return events.every((event) => OUTCOMES.includes(event as UsageOutcome));
}
