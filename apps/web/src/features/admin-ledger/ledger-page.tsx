import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '../../ui/page-header';
import { AuditPanel } from './audit-panel';
import { ReconciliationPanel } from './reconciliation-panel';
import { TotalsPanel } from './totals-panel';

/** Whether the books are right: what must always hold, what all of it adds up to, and what was compared with the log. */
export function LedgerPage() {
  const { t } = useTranslation('admin-ledger');
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Stack gap="lg">
        <AuditPanel />
        <TotalsPanel />
        <ReconciliationPanel />
      </Stack>
    </>
  );
}
