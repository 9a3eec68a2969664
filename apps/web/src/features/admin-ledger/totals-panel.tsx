import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { LedgerTotals } from '@code-router/contracts';
import { api } from '../../api/client';
import { Amount } from '../../ui/amount';
import { Facts } from '../../ui/facts';
import { Panel } from '../../ui/panel';
import { ErrorState, LoadingRows } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';

/** What all accounts have, and where it came from and went. */
export function TotalsPanel() {
  const { t } = useTranslation('admin-ledger');
  const { data, error, isLoading, refetch } = useQuery({
    queryKey: ['/api/ledger/totals'],
    queryFn: ({ signal }) => api.get<LedgerTotals>('/api/ledger/totals', { signal }),
  });
  return (
    <Panel title={t('totals.title')} description={t('totals.description')}>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null}
      {isLoading ? <LoadingRows rows={4} /> : null}
      {data ? (
        <Facts
          items={[
            [t('totals.accounts'), <Amount key="accounts" nanos={data.accountsNanos} exact />],
            ...data.counterparts.map(
              ({ counterpart, nanos }) =>
                [
                  t(`counterpart.${counterpart}`, { defaultValue: counterpart }),
                  <Amount key={counterpart} nanos={nanos} exact />,
                ] as const,
            ),
            [
              t('totals.difference'),
              data.differenceNanos === '0' ? (
                <StatusBadge key="difference" tone="good">
                  {t('totals.zero')}
                </StatusBadge>
              ) : (
                <Amount key="difference" nanos={data.differenceNanos} exact bad />
              ),
            ],
          ]}
        />
      ) : null}
    </Panel>
  );
}
