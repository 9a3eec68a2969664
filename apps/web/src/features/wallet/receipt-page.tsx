import { Button, Divider, Group, Stack, Text } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Payment } from '@code-router/contracts';
import { PAYMENT_TONES } from './payment-tones';
import { api } from '../../api/client';
import { useAccount, type CurrentAccount } from '../../api/session';
import { useSite } from '../../api/site';
import { Amount } from '../../ui/amount';
import { formatPrice } from '../../ui/currency';
import { Facts } from '../../ui/facts';
import { NoAccount } from '../../ui/no-account';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { ErrorState, LoadingRows } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';

const route = getRouteApi('/console/wallet/receipts/$paymentId');

/** A payment on a page of its own, to be printed. */
export function ReceiptPage() {
  const account = useAccount();
  return account ? <Receipt account={account} /> : <NoAccount />;
}

function Receipt({ account }: { readonly account: CurrentAccount }) {
  const { t } = useTranslation('wallet');
  const { paymentId } = route.useParams();
  const { name } = useSite();
  const path = `${account.path}/payments/${paymentId}`;
  const { data, error, refetch } = useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => api.get<Payment>(path, { signal }),
  });
  return (
    <>
      <PageHeader
        title={t('receipt.title')}
        actions={
          <Group gap="sm" data-no-print>
            <Button variant="default" renderRoot={(props) => <Link to="/wallet" {...props} />}>
              {t('receipt.back')}
            </Button>
            <Button leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
              {t('receipt.print')}
            </Button>
          </Group>
        }
      />
      <Panel maw={640}>
        {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null}
        {!data && !error ? <LoadingRows rows={6} /> : null}
        {data ? (
          <Stack gap="md">
            <Group justify="space-between">
              <Text fw={650}>{name}</Text>
              <StatusBadge tone={PAYMENT_TONES[data.status]}>{t(`payment.${data.status}`)}</StatusBadge>
            </Group>
            <Text fz={28} fw={650}>
              {formatPrice(data.priceMinorUnits, data.currency)}
            </Text>
            {data.realMoney ? null : <Text c="dimmed">{data.notice ?? t('payment.notReal')}</Text>}
            <Divider />
            <Facts
              items={[
                [t('receipt.number'), data.id],
                [t('receipt.account'), account.account.name],
                [t('receipt.begun'), <Time key="begun" at={data.createdAt} format="exact" />],
                [t('receipt.paid'), <Time key="paid" at={data.paidAt} format="exact" />],
                [t('receipt.provider'), t(`provider.${data.provider}`)],
                [t('column.credit'), <Amount key="credit" nanos={data.creditNanos} exact />],
                ...(data.reversedNanos === '0'
                  ? []
                  : [[t('receipt.reversed'), <Amount key="reversed" nanos={data.reversedNanos} exact />] as const]),
              ]}
            />
          </Stack>
        ) : null}
      </Panel>
    </>
  );
}
