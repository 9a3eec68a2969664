import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** How long to wait at most; 30,000 when absent: enough for a machine that is busy. */
  readonly timeoutMs?: number;
  /** What is waited for, in words; part of the error. */
  readonly what?: string;
}

const POLL_MS = 10;

/**
 * Waits until `probe` answers with something true, and resolves to it. A probe that throws is asked again.
 *
 * @throws Error that tells what was waited for and what the last probe threw, when the time is over.
 */
export async function waitFor<Value>(
  probe: () => Value | Promise<Value>,
  { timeoutMs = 30_000, what = 'a condition' }: WaitOptions = {},
): Promise<NonNullable<Value>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let failure: unknown;
    try {
      const value = await probe();
      if (value) return value;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited ${timeoutMs} ms in vain for ${what}`, failure === undefined ? {} : { cause: failure });
    }
    await sleep(POLL_MS);
  }
}
