import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Payment } from '@code-router/contracts';
import { balanceChanged } from './balance-changed';
import { PAYMENT_TONES } from './payment-tones';
import { api } from '../../api/client';
import { accountPath, useMe } from '../../api/session';
import { Amount } from '../../ui/amount';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { ErrorState, LoadingRows } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';

const route = getRouteApi('/console/top-up');
const ASK_AGAIN_MS = 3_000;

/** Where somebody comes back to from the payment provider: says how the payment stands, and waits while it is open. */
export function ReturnedPage() {
  const { t } = useTranslation('wallet');
  const { payment: paymentId, outcome } = route.useSearch();
  const { memberships } = useMe();
  const paths = memberships
    .filter(({ permissions }) => permissions.includes('top-up'))
    .map((membership) => accountPath(membership.accountId));
  const { data, error, refetch } = useQuery({
    queryKey: ['payment', paymentId, paths],
    queryFn: ({ signal }) => findPayment(paths, paymentId ?? '', signal),
    refetchInterval: ({ state }) => (state.data?.payment.status === 'open' ? ASK_AGAIN_MS : false),
  });
  const status = data?.payment.status;
  // The provider keeps what was left open for a while, and so do we: only whoever came back knows that it was left.
  const wasLeft = status === 'open' && outcome === 'cancelled';
  const path = data?.path;
  useEffect(() => {
    if (path !== undefined && status === 'paid') void balanceChanged(path);
  }, [path, status]);
  return (
    <>
      <PageHeader title={t('returned.title')} />
      <Panel maw={560}>
        {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null}
        {!data && !error ? <LoadingRows rows={3} /> : null}
        {data ? (
          <Stack gap="md">
            <Group justify="space-between">
              <Text fz={24} fw={650}>
                <Amount nanos={data.payment.creditNanos} />
              </Text>
              <StatusBadge tone={PAYMENT_TONES[data.payment.status]}>{t(`payment.${data.payment.status}`)}</StatusBadge>
            </Group>
            <Text>{wasLeft ? t('returned.left') : t(`returned.${data.payment.status}`)}</Text>
          </Stack>
        ) : null}
        <Group mt="md">
          <Button renderRoot={(props) => <Link to="/wallet" {...props} />}>{t('receipt.back')}</Button>
        </Group>
      </Panel>
    </>
  );
}

/** The address names the payment only: it is looked for in the accounts that the viewer may top up. */
async function findPayment(
  paths: readonly string[],
  id: string,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly payment: Payment }> {
  let refusal: unknown;
  for (const path of paths) {
    try {
      return { path, payment: await api.get<Payment>(`${path}/payments/${encodeURIComponent(id)}`, { signal }) };
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal ?? new Error('There is no account that could be topped up.');
}
