import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Job, Queue } from 'bullmq';
import { isUnsafe } from '@code-router/console-session';
import { DomainError, type ErrorCode } from '@code-router/contracts';
import { errorEnvelope, errorHeaders, statusOf } from '@code-router/error-envelope';
import type { BoardActions, BoardCaller } from './board-actions.js';

interface Begun {
  readonly id: string;
  readonly seen: () => Promise<unknown>;
}

/** What the board's routes name; each is absent where an action is about more. */
interface Named {
  readonly queueName?: string;
  readonly jobId?: string;
}

/**
 * Around every route of the board that changes something: nothing happens there that is not written down.
 *
 * @param callerOf who was let in with a request.
 */
export function auditBoard(
  board: FastifyInstance,
  queues: readonly Queue[],
  actions: BoardActions,
  callerOf: (request: FastifyRequest) => BoardCaller,
): void {
  const begun = new WeakMap<FastifyRequest, Begun>();

  board.addHook('preHandler', async (request, reply) => {
    const route = request.routeOptions.url;
    if (!isUnsafe(request) || route === undefined) return undefined;
    const named = request.params as Named;
    const seen = () => look(queues, named);
    try {
      const id = await actions.begin(callerOf(request), {
        action: `${request.method} ${route}`,
        target: request.url.split('?')[0] ?? '',
        input: request.body ?? null,
        before: await seen(),
      });
      begun.set(request, { id, seen });
      return undefined;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return reply.status(statusOf(error.code)).headers(errorHeaders(error)).send(errorEnvelope(error));
    }
  });

  // Before the answer leaves: whoever reads the log then finds what came of it.
  board.addHook('onSend', async (request, reply, payload) => {
    const action = begun.get(request);
    if (!action) return payload;
    begun.delete(request);
    const { statusCode: httpStatus } = reply;
    const after = httpStatus < 400 ? await action.seen().catch(() => null) : null;
    await actions.end({ id: action.id, httpStatus, errorCode: codeOf(reply), after });
    return payload;
  });
}

/** The queues that an action is about, and the job where it is about one; without what the job carries. */
async function look(queues: readonly Queue[], { queueName, jobId }: Named): Promise<unknown> {
  const about = queues.filter(({ name }) => queueName === undefined || name === queueName);
  const states = await Promise.all(
    about.map(async (queue) => {
      const [counts, isPaused] = await Promise.all([queue.getJobCounts(), queue.isPaused()]);
      const job = jobId === undefined ? undefined : ((await queue.getJob(jobId)) as Job | undefined);
      return { queue: queue.name, isPaused, counts, ...(job ? { job: await stateOf(job) } : {}) };
    }),
  );
  return states.length === 1 ? states[0] : states;
}

async function stateOf(job: Job): Promise<object> {
  const { id, name, attemptsMade, failedReason } = job;
  return { id, name, attemptsMade, failedReason, state: await job.getState() };
}

function codeOf({ statusCode }: FastifyReply): ErrorCode | null {
  if (statusCode < 400) return null;
  if (statusCode >= 500) return 'internal_error';
  return statusCode === 404 ? 'not_found' : 'invalid_request_error';
}
