import { Anchor, Drawer, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemberKey } from '@code-router/contracts';
import { KeySpending } from './key-spending';
import { KeyStatusBadge } from './key-status';
import { statisticsQuery } from '../../api/account-queries';
import type { CurrentAccount } from '../../api/session';
import { Amount } from '../../ui/amount';
import { StackedBars } from '../../ui/charts';
import { bucketsBetween, valuesOf } from '../../ui/charts/buckets';
import { Facts } from '../../ui/facts';
import { Figure, Figures } from '../../ui/figure';
import { formatCount } from '../../ui/number-format';
import { ErrorState } from '../../ui/states';
import { Time } from '../../ui/time';
import { formatTime } from '../../ui/time-format';
import { useMoney } from '../../ui/use-money';
import { useNow } from '../../ui/use-now';

const DAYS = 30;
const DAY_MS = 86_400_000;

export interface KeyDetailsProps {
  readonly account: CurrentAccount;
  readonly shown: MemberKey | null;
  readonly onClose: () => void;
}

/** Everything about a key: what it was used for, and what it is restricted to. */
export function KeyDetails({ account, shown, onClose }: KeyDetailsProps) {
  const { t } = useTranslation('keys');
  return (
    <Drawer
      opened={shown !== null}
      onClose={onClose}
      position="right"
      size={560}
      title={shown?.name ?? ''}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {shown ? (
        <Stack gap="lg">
          <KeyUsage account={account} keyId={shown.id} />
          <Facts items={restrictionsOf(shown)} />
        </Stack>
      ) : null}
    </Drawer>
  );

  function restrictionsOf(key: MemberKey): readonly (readonly [string, ReactNode])[] {
    const limit = (value: number | null) => (value === null ? t('form.unlimited') : formatCount(value));
    return [
      [t('column.status'), <KeyStatusBadge key="status" of={key} />],
      [t('secret.key'), `${key.prefix}…`],
      [t('column.spending'), <KeySpending key="spending" of={key} />],
      [t('form.models'), key.allowedModels?.join(', ') ?? t('form.allModels')],
      [t('form.ips'), key.allowedIps?.join(', ') ?? t('everywhere')],
      [t('form.group'), key.group ?? t('form.accountGroup', { group: account.account.group })],
      [t('form.requestsPerMinute'), limit(key.requestsPerMinute)],
      [t('form.tokensPerMinute'), limit(key.tokensPerMinute)],
      [t('form.concurrencyMax'), limit(key.concurrencyMax)],
      [t('form.showCost'), t(key.showCost ? 'yes' : 'no')],
      [t('form.expiry'), <Time key="expiry" at={key.expiresAt} absent={t('noExpiry')} />],
      [t('column.lastUsed'), <Time key="used" at={key.lastUsedAt} format="relative" absent={t('never')} />],
      [t('column.maker'), key.createdBy?.username ?? t('byOperator')],
      [t('created'), <Time key="created" at={key.createdAt} />],
      ...key.retiring.map(
        ({ prefix, validUntil }) =>
          [t('retiring', { prefix }), <Time key={prefix} at={validUntil} format="relative" />] as const,
      ),
    ];
  }
}

function KeyUsage({ account, keyId }: { readonly account: CurrentAccount; readonly keyId: string }) {
  const { t } = useTranslation('keys');
  const { format } = useMoney();
  // In whole days, so that the minutes that pass ask for nothing else.
  const to = new Date(Math.ceil(useNow().getTime() / DAY_MS) * DAY_MS);
  const from = new Date(to.getTime() - DAYS * DAY_MS);
  const period = { from: from.toISOString(), to: to.toISOString(), granularity: 'day', latency: 'none' } as const;
  const { data, error, refetch } = useQuery(statisticsQuery(account.path, { ...period, keyId }));
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const buckets = bucketsBetween(from, to, 'day');
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('usage.period', { count: DAYS })}
      </Text>
      <Figures>
        <Figure label={t('usage.spent')} value={data ? <Amount nanos={data.totals.amountNanos} /> : undefined} />
        <Figure label={t('usage.requests')} value={data ? formatCount(data.totals.requests) : undefined} />
        <Figure label={t('usage.failures')} value={data ? formatCount(data.totals.failures) : undefined} />
      </Figures>
      {data && data.totals.requests > 0 ? (
        <StackedBars
          label={t('usage.chart')}
          height={180}
          bars={buckets.map((bucket) => formatTime(bucket, 'day'))}
          series={[
            {
              id: 'spent',
              name: t('usage.spent'),
              values: valuesOf(buckets, data.series[0]?.points ?? [], ({ amountNanos }) => Number(amountNanos)),
            },
          ]}
          formatValue={(nanos) => format(BigInt(Math.round(nanos)))}
        />
      ) : null}
      <Anchor size="sm" renderRoot={(props) => <Link to="/usage" search={{ keyId }} {...props} />}>
        {t('usage.open')}
      </Anchor>
    </Stack>
  );
}
