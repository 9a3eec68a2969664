import { AsyncLocalStorage } from 'node:async_hooks';

/** What is known of the relay or console request that the current work is done for. */
export interface RequestContext {
  readonly requestId: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` so that everything it logs, and every message it sends, carries the request id. */
export function runWithRequestContext<Result>(context: RequestContext, work: () => Result): Result {
  return storage.run(context, work);
}

export function currentRequestId(): string | undefined {
  return storage.getStore()?.requestId;
}
