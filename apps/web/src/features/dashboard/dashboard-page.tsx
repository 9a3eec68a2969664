import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Breakdown } from './breakdown';
import { FirstSteps } from './first-steps';
import { ForecastNote } from './forecast-note';
import { rangePeriod, spending, startOfToday } from './ranges';
import { useStatistics } from './use-statistics';
import { accountQuery, useKeys } from '../../api/account-queries';
import { useAccount, type CurrentAccount } from '../../api/session';
import { Amount } from '../../ui/amount';
import { Figure, Figures } from '../../ui/figure';
import { NoAccount } from '../../ui/no-account';
import { PageHeader } from '../../ui/page-header';
import { ErrorState } from '../../ui/states';
import { useNow } from '../../ui/use-now';

export function DashboardPage() {
  const account = useAccount();
  return account ? <AccountDashboard key={account.accountId} account={account} /> : <NoAccount />;
}

function AccountDashboard({ account }: { readonly account: CurrentAccount }) {
  const { t } = useTranslation('dashboard');
  const now = useNow();
  const { data: balance = account.account } = useQuery(accountQuery(account.path));
  const keys = useKeys(account.path);
  const today = useStatistics(account, startOfToday(now));
  const month = useStatistics(account, rangePeriod('month', now));
  const spent = month.data && spending(month.data.series[0]?.points ?? [], now);
  const isNew = month.data?.totals.requests === 0;
  const error = month.error ?? today.error;
  const retry = () => void Promise.all([month.refetch(), today.refetch()]);
  return (
    <>
      <PageHeader title={t('title')} description={t('description', { account: account.account.name })} />
      <Stack gap="lg">
        {error ? <ErrorState error={error} onRetry={retry} /> : null}
        <Figures>
          <Figure
            label={t('available')}
            value={<Amount nanos={balance.availableNanos} />}
            note={spent ? <ForecastNote availableNanos={balance.availableNanos} spentNanos={spent.weekNanos} /> : null}
          />
          <Figure label={t('held')} value={<Amount nanos={balance.heldNanos} />} note={t('heldNote')} />
          <Figure
            label={t('spent.today')}
            value={today.data && <Amount nanos={today.data.totals.amountNanos} />}
            note={today.data ? t('requests', { count: today.data.totals.requests }) : null}
          />
          <Figure label={t('spent.week')} value={spent && <Amount nanos={spent.weekNanos} />} />
          <Figure label={t('spent.month')} value={spent && <Amount nanos={spent.monthNanos} />} />
        </Figures>
        {/* What could not be read is said once. */}
        {error && !month.data ? null : isNew ? (
          <FirstSteps hasKey={keys.items.length > 0} account={account} />
        ) : (
          <Breakdown account={account} />
        )}
      </Stack>
    </>
  );
}
