import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue, Worker } from 'bullmq';

/** Long for a store that is there, and short for whoever waits for the process to end. */
const ANSWER_MS_MAX = 2_000;

/**
 * Lets the jobs under way come to their end. Where the store of the queue does not answer they could not say so anyway:
 * then nothing is waited for, and whoever finds the jobs later does them again.
 */
export async function closeWorker(worker: Pick<Worker, 'close'>, queue: Asked): Promise<void> {
  const isGone = !(await storeAnswers(queue));
  await worker.close(isGone);
}

type Asked = Pick<Queue, 'getJobCounts'>;

async function storeAnswers(queue: Asked): Promise<boolean> {
  const answer = queue.getJobCounts('active').then(
    () => true,
    () => false,
  );
  return Promise.race([answer, sleep(ANSWER_MS_MAX, false, { ref: false })]);
}
