import type { UsageRollup } from '@code-router/contracts';

type MyRollup = Omit<UsageRollup, 'channelId'>;

/** Sums up what differs by nothing but the channel, which account holders are not told of. */
export function withoutChannels(rollups: readonly UsageRollup[]): readonly MyRollup[] {
  const sums = new Map<string, MyRollup>();
  for (const { channelId: _, ...rollup } of rollups) {
    const place = JSON.stringify([rollup.bucket, rollup.keyId, rollup.model]);
    const known = sums.get(place);
    sums.set(place, known ? added(known, rollup) : rollup);
  }
  return [...sums.values()];
}

function added(one: MyRollup, other: MyRollup): MyRollup {
  return {
    ...one,
    requests: one.requests + other.requests,
    failures: one.failures + other.failures,
    inputTokens: sum(one.inputTokens, other.inputTokens),
    outputTokens: sum(one.outputTokens, other.outputTokens),
    amountNanos: sum(one.amountNanos, other.amountNanos),
  };
}

function sum(one: string, other: string): string {
  return (BigInt(one) + BigInt(other)).toString();
}
