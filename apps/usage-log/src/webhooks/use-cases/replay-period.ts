import { Injectable } from '@nestjs/common';
import type { ReplayWebhookPeriod, WebhookReplay } from '@code-router/contracts';
import { Problems } from '@code-router/input';
import { Deliveries } from '../domain/deliveries.js';
import { DeliveryJobs } from '../domain/delivery-jobs.js';
import { expectActive } from '../domain/webhook-input.js';
import { GetWebhook } from './get-webhook.js';

const SPAN_DAYS_MAX = 31;
const DAY_MS = 86_400_000;

/** Begins to deliver everything once more that happened in a period, also what happened before the webhook was made. */
@Injectable()
export class ReplayPeriod {
  constructor(
    private readonly getWebhook: GetWebhook,
    private readonly deliveries: Deliveries,
    private readonly jobs: DeliveryJobs,
  ) {}

  /** @throws DomainError `invalid_request_error`, `not_found`; `conflict` when the webhook is disabled. */
  async execute({ webhookId, from, to }: ReplayWebhookPeriod): Promise<WebhookReplay> {
    const [begin, end] = [new Date(from), new Date(to)];
    const spanMs = end.getTime() - begin.getTime();
    const problems = new Problems();
    problems.expect(!Number.isNaN(begin.getTime()), 'from', 'must be an instant in ISO 8601');
    problems.expect(!Number.isNaN(end.getTime()), 'to', 'must be an instant in ISO 8601');
    problems.expect(Number.isNaN(spanMs) || spanMs > 0, 'to', 'must be after from');
    problems.expect(!(spanMs > SPAN_DAYS_MAX * DAY_MS), 'to', `must be at most ${SPAN_DAYS_MAX} days after from`);
    problems.throwIfAny();
    expectActive(await this.getWebhook.execute({ id: webhookId }));
    const { id } = await this.deliveries.beginReplay(webhookId, begin, end);
    await this.jobs.addReplay(id);
    return { id, from: begin.toISOString(), to: end.toISOString() };
  }
}
