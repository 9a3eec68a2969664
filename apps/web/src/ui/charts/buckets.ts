const STEP_MS = { hour: 3_600_000, day: 86_400_000 } as const;

export type Granularity = keyof typeof STEP_MS;

/** When each bucket between two moments begins, in UTC, as statistics name them. */
export function bucketsBetween(from: Date, to: Date, granularity: Granularity): readonly string[] {
  const step = STEP_MS[granularity];
  const buckets: string[] = [];
  for (let at = Math.floor(from.getTime() / step) * step; at < to.getTime(); at += step) {
    buckets.push(new Date(at).toISOString());
  }
  return buckets;
}

/** The values of a series for every bucket: zero where it has no point. */
export function valuesOf<Point extends { readonly bucket: string }>(
  buckets: readonly string[],
  points: readonly Point[],
  valueOf: (point: Point) => number,
): readonly number[] {
  const byTime = new Map(points.map((point) => [new Date(point.bucket).getTime(), valueOf(point)]));
  return buckets.map((bucket) => byTime.get(new Date(bucket).getTime()) ?? 0);
}
