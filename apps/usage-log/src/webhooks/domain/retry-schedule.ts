/** When a delivery that failed is tried again. */
export class RetrySchedule {
  /** @param delaysMs after the first failure, the second and so on; after one more failure it is given up. */
  constructor(private readonly delaysMs: readonly number[]) {}

  /**
   * Spread by a tenth, so that what failed together is not tried again together.
   *
   * @param failures how many attempts have failed, this one included.
   * @param spread from 0 to 1, by chance.
   * @returns undefined when it is given up.
   */
  nextAttemptAt(failures: number, now: Date, spread: number): Date | undefined {
    const delayMs = this.delaysMs[failures - 1];
    if (delayMs === undefined) return undefined;
    return new Date(now.getTime() + Math.round(delayMs * (1 + spread / 10)));
  }
}
