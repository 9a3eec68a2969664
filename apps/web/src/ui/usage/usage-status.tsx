import { useTranslation } from 'react-i18next';
import type { UsageRecord } from '@code-router/contracts';
import { CellNote } from '../data-table';
import { StatusBadge } from '../status-badge';

/** How a request ended, for its client. */
export function UsageStatus({ record }: { readonly record: UsageRecord }) {
  const { t } = useTranslation('ui');
  const { httpStatus, errorCode, outcome, clientDisconnected } = record;
  const isFailed = httpStatus >= 400 || errorCode !== undefined;
  // In one line: rows of lists are all as tall.
  const notes = [
    ...(errorCode === undefined ? [] : [errorCode]),
    ...(outcome === 'orphaned' ? [t('usage.orphaned')] : []),
    ...(clientDisconnected ? [t('usage.disconnected')] : []),
  ];
  return (
    <>
      <StatusBadge tone={isFailed ? 'bad' : outcome === 'orphaned' ? 'warning' : 'good'}>{httpStatus}</StatusBadge>
      {notes.length === 0 ? null : <CellNote>{notes.join(' · ')}</CellNote>}
    </>
  );
}
