import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MemberKey } from '@code-router/contracts';
import { Amount } from '../../ui/amount';
import { BudgetBar } from '../../ui/budget-bar';
import { formatRelative } from '../../ui/time-format';

/** What a key spent: a bar for each limit that it has, or the sum alone. */
export function KeySpending({ of: key }: { readonly of: MemberKey }) {
  const { t } = useTranslation('keys');
  const { quotaNanos, budget, spentNanos, heldNanos } = key;
  if (quotaNanos === null && budget === null) {
    return (
      <Text size="sm" span>
        <Amount nanos={spentNanos} />
      </Text>
    );
  }
  return (
    <Stack gap={6} w="100%" maw={230}>
      {budget === null ? null : (
        <BudgetBar
          label={t(`period.${budget.period}`)}
          spentNanos={budget.spentNanos}
          heldNanos={budget.heldNanos}
          limitNanos={budget.nanos}
          note={t('resets', { when: formatRelative(budget.resetsAt) })}
        />
      )}
      {quotaNanos === null ? null : (
        <BudgetBar label={t('total')} spentNanos={spentNanos} heldNanos={heldNanos} limitNanos={quotaNanos} />
      )}
    </Stack>
  );
}
