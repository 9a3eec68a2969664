import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Payment } from '@code-router/contracts';
import { balanceChanged } from './balance-changed';
import { api } from '../../api/client';
import type { CurrentAccount } from '../../api/session';
import { Amount } from '../../ui/amount';
import { formatPrice } from '../../ui/currency';
import { notifyDone } from '../../ui/notify';
import { ErrorState } from '../../ui/states';

export interface TrialPaymentProps {
  readonly account: CurrentAccount;
  readonly payment: Payment;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** In place of a payment provider's page, where payments are only tried out. */
export function TrialPayment({ account, payment, opened, onClose }: TrialPaymentProps) {
  const { t } = useTranslation('wallet');
  const confirm = useMutation({
    mutationFn: () => api.post<Payment>(`${account.path}/payments/${payment.id}/confirm-trial`),
    onSuccess: async () => {
      await balanceChanged(account.path);
      notifyDone(t('trial.done'));
      onClose();
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title={t('trial.title')} closeButtonProps={{ 'aria-label': t('close') }}>
      <Stack gap="md">
        <Alert color="yellow" variant="light" icon={<IconFlask size={18} />}>
          {t('trial.notice')}
        </Alert>
        {confirm.error ? <ErrorState error={confirm.error} /> : null}
        <Text size="sm" component="div">
          {t('trial.price', { price: formatPrice(payment.priceMinorUnits, payment.currency) })} {t('topUp.credits')}{' '}
          <Amount nanos={payment.creditNanos} />
        </Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button loading={confirm.isPending} onClick={() => confirm.mutate()}>
            {t('trial.submit')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
