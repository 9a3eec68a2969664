const DAY_MS = 86_400_000;
/** Beyond this nobody plans by it. */
const DAYS_MAX = 3_650n;

export type Forecast =
  /** Nothing was spent, so nothing ends. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'ends'; readonly at: Date; readonly days: number }
  | { readonly kind: 'far' };

/** When a balance ends if spending goes on as it did over some days. */
export function forecast(availableNanos: bigint, spentNanos: bigint, overDays: number, now: Date): Forecast {
  if (availableNanos <= 0n) return { kind: 'empty' };
  if (spentNanos <= 0n) return { kind: 'idle' };
  // In thousandths of a day, so that the last day is no whole one.
  const milliDays = (availableNanos * BigInt(overDays) * 1_000n) / spentNanos;
  if (milliDays > DAYS_MAX * 1_000n) return { kind: 'far' };
  const days = Number(milliDays) / 1_000;
  return { kind: 'ends', at: new Date(now.getTime() + days * DAY_MS), days };
}
