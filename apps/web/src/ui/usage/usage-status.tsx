import { useTranslation } from 'react-i18next';
import type { UsageRecord } from '@code-router/contracts';
import { CellNote } from '../data-table';
import { StatusBadge } from '../status-badge';

/** How a request ended, for its client. */
export function UsageStatus({ record }: { readonly record: UsageRecord }) {
  const { t } = useTranslation('ui');
  const { httpStatus, errorCode, outcome, clientDisconnected } = record;
  const isFailed = httpStatus >= 400 || errorCode !== undefined;
  return (
    <>
      <StatusBadge tone={isFailed ? 'bad' : outcome === 'orphaned' ? 'warning' : 'good'}>{httpStatus}</StatusBadge>
      {errorCode === undefined ? null : <CellNote>{errorCode}</CellNote>}
      {outcome === 'orphaned' ? <CellNote>{t('usage.orphaned')}</CellNote> : null}
      {clientDisconnected ? <CellNote>{t('usage.disconnected')}</CellNote> : null}
    </>
  );
}
