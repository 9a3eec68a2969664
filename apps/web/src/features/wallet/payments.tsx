import { Button } from '@mantine/core';
import { IconReceipt } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Payment } from '@code-router/contracts';
import { PAYMENT_TONES } from './payment-tones';
import { TrialPayment } from './trial-payment';
import { usePages } from '../../api/pages';
import type { CurrentAccount } from '../../api/session';
import { Amount } from '../../ui/amount';
import { formatPrice } from '../../ui/currency';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { pagedRows } from '../../ui/paged-rows';
import { Panel } from '../../ui/panel';
import { EmptyState } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';

export function Payments({ account }: { readonly account: CurrentAccount }) {
  const { t } = useTranslation('wallet');
  const payments = usePages<Payment>(`${account.path}/payments`);
  const [trial, setTrial] = useState<Payment | null>(null);
  const columns = useMemo<Column<Payment>[]>(
    () => [
      { id: 'date', header: t('column.date'), cell: ({ createdAt }) => <Time at={createdAt} /> },
      {
        id: 'price',
        header: t('column.price'),
        align: 'end',
        cell: ({ priceMinorUnits, currency, realMoney }) => (
          <>
            {formatPrice(priceMinorUnits, currency)}
            {realMoney ? null : <CellNote>{t('payment.notReal')}</CellNote>}
          </>
        ),
      },
      {
        id: 'credit',
        header: t('column.credit'),
        align: 'end',
        cell: ({ creditNanos }) => <Amount nanos={creditNanos} />,
      },
      {
        id: 'status',
        header: t('column.status'),
        cell: ({ status }) => <StatusBadge tone={PAYMENT_TONES[status]}>{t(`payment.${status}`)}</StatusBadge>,
      },
      {
        id: 'actions',
        header: t('column.actions'),
        isActions: true,
        cell: (payment) =>
          payment.status === 'paid' ? (
            <Button
              variant="subtle"
              size="compact-sm"
              renderRoot={(props) => (
                <Link to="/wallet/receipts/$paymentId" params={{ paymentId: payment.id }} {...props} />
              )}
            >
              {t('receipt.open')}
            </Button>
          ) : payment.provider === 'trial' && payment.status === 'open' ? (
            <Button variant="subtle" size="compact-sm" onClick={() => setTrial(payment)}>
              {t('trial.finish')}
            </Button>
          ) : null,
      },
    ],
    [t],
  );
  return (
    <Panel flush title={t('payments.title')}>
      <DataTable
        label={t('payments.title')}
        columns={columns}
        {...pagedRows(payments)}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={IconReceipt} title={t('payments.empty')}>
            {t('payments.next')}
          </EmptyState>
        }
      />
      {trial ? <TrialPayment account={account} payment={trial} opened onClose={() => setTrial(null)} /> : null}
    </Panel>
  );
}
