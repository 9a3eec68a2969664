import { applyDecorators, UseFilters } from '@nestjs/common';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import type { NoticeContract, RequestContract } from '@code-router/contracts';
import { RemoteErrorFilter } from './remote-error.js';

/**
 * Replicas of a service share its requests through this queue group: each request is answered once.
 * Notices are subscribed without a group, so that every replica hears them.
 */
const REQUEST_QUEUE_GROUP = 'code-router';

/** Makes a controller's method answer a request. */
export function Answers<Request, Reply>(contract: RequestContract<Request, Reply>): MethodDecorator {
  return applyDecorators(
    MessagePattern(contract.subject, { queue: REQUEST_QUEUE_GROUP }),
    UseFilters(RemoteErrorFilter),
  );
}

/** Makes a controller's method hear a notice. */
export function Hears<Notice>(contract: NoticeContract<Notice>): MethodDecorator {
  return EventPattern(contract.subject) as MethodDecorator;
}
