import { Group, Progress, Stack, Text } from '@mantine/core';
import { formatShare } from './number-format';
import { useMoney } from './use-money';

export interface BudgetBarProps {
  readonly label: string;
  readonly spentNanos: string;
  readonly heldNanos: string;
  readonly limitNanos: string;
  readonly note?: string;
}

const NEARLY = 0.8;

/** How much of a budget is spent and held. */
export function BudgetBar({ label, spentNanos, heldNanos, limitNanos, note }: BudgetBarProps) {
  const { format } = useMoney();
  const limit = BigInt(limitNanos);
  const used = BigInt(spentNanos) + BigInt(heldNanos);
  const share = shareOf(used, limit);
  const color = share >= 1 ? 'red' : share >= NEARLY ? 'yellow' : 'pine';
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="xs" c="dimmed" truncate>
          {label}
        </Text>
        <Text size="xs" style={{ whiteSpace: 'nowrap' }}>
          {format(used)} / {format(limit)}
        </Text>
      </Group>
      <Progress.Root size={6} radius="xl">
        <Progress.Section
          value={Math.min(share, 1) * 100}
          color={color}
          aria-label={`${label}: ${formatShare(share)}`}
        />
      </Progress.Root>
      {note === undefined ? null : (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </Stack>
  );
}

/** For a length on the screen, where a float is exact enough. */
function shareOf(used: bigint, limit: bigint): number {
  if (limit === 0n) return 1;
  return Number((used * 10_000n) / limit) / 10_000;
}
