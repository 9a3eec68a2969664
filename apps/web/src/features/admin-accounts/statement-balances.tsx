import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Statement } from '@code-router/contracts';
import { api, type Query } from '../../api/client';
import { Amount } from '../../ui/amount';

export interface StatementBalancesProps {
  readonly path: string;
  readonly period: Query;
}

/** The balances before and after a period. */
export function StatementBalances({ path, period }: StatementBalancesProps) {
  const { t } = useTranslation('admin-accounts');
  const { data } = useQuery({
    queryKey: [`${path}/statement`, 'balances', period],
    queryFn: ({ signal }) => api.get<Statement>(`${path}/statement`, { query: { ...period, limit: 1 }, signal }),
  });
  if (!data) return null;
  return (
    <>
      {t('ledger.opening')} <Amount nanos={data.openingNanos} exact /> → {t('ledger.closing')}{' '}
      <Amount nanos={data.closingNanos} exact />
    </>
  );
}
