import { Alert, Button, Group, NumberInput, Stack, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCreditCardOff, IconFlask } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BegunPayment, PaymentProviderName, TopUpAmounts, TopUpPackage, TopUpState } from '@code-router/contracts';
import { balanceChanged } from './balance-changed';
import classes from './top-up.module.css';
import { TrialPayment } from './trial-payment';
import { api } from '../../api/client';
import type { CurrentAccount } from '../../api/session';
import { currentLanguage } from '../../i18n/i18n';
import { Amount } from '../../ui/amount';
import { formatPrice, placesOf } from '../../ui/currency';
import { Panel } from '../../ui/panel';
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';

export function TopUp({ account }: { readonly account: CurrentAccount }) {
  const { t } = useTranslation('wallet');
  const { data, error, refetch } = useQuery({
    queryKey: ['/api/top-up'],
    queryFn: ({ signal }) => api.get<TopUpState>('/api/top-up', { signal }),
    staleTime: 60_000,
  });
  return (
    <Panel title={t('topUp.title')} {...(data?.payments.configured ? { description: t('topUp.description') } : {})}>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <LoadingRows rows={3} /> : null}
      {data && !data.payments.configured ? (
        <EmptyState icon={IconCreditCardOff} title={t('topUp.notConfigured')}>
          {t('topUp.instead')}
        </EmptyState>
      ) : null}
      {data?.payments.configured ? <Offers account={account} payments={data.payments} /> : null}
    </Panel>
  );
}

interface OffersProps {
  readonly account: CurrentAccount;
  readonly payments: TopUpState['payments'];
}

type Choice = { readonly packageId: string } | { readonly minorUnits: number };

function Offers({ account, payments }: OffersProps) {
  const { t } = useTranslation('wallet');
  const { currency, packages, amounts, providers, notice } = payments;
  const [trial, setTrial] = useState<BegunPayment | null>(null);
  const [isTrialOpen, { open, close }] = useDisclosure();
  const begin = useMutation({
    mutationFn: ({ choice, provider }: { choice: Choice; provider: PaymentProviderName | undefined }) =>
      api.post<BegunPayment>(`${account.path}/payments`, { ...choice, ...(provider ? { provider } : {}) }),
    onSuccess: async (payment) => {
      if (payment.url !== null) {
        window.location.assign(payment.url);
        return;
      }
      await balanceChanged(account.path);
      setTrial(payment);
      open();
    },
  });
  const choose = (choice: Choice) => begin.mutate({ choice, provider: providers[0] });
  return (
    <Stack gap="md">
      {notice === undefined && !providers.includes('trial') ? null : (
        <Alert color="yellow" variant="light" icon={<IconFlask size={18} />}>
          {providers.includes('trial') ? t('trial.notice') : notice}
        </Alert>
      )}
      {begin.error ? <ErrorState error={begin.error} /> : null}
      <div className={classes.packages}>
        {packages.map((offer) => (
          <Package
            key={offer.id}
            offer={offer}
            currency={currency}
            isDisabled={begin.isPending}
            onChoose={() => choose({ packageId: offer.id })}
          />
        ))}
      </div>
      {amounts ? (
        <OwnAmount
          amounts={amounts}
          currency={currency}
          isPending={begin.isPending}
          onChoose={(minorUnits) => choose({ minorUnits })}
        />
      ) : null}
      {trial ? <TrialPayment account={account} payment={trial} opened={isTrialOpen} onClose={close} /> : null}
      <Text size="xs" c="dimmed">
        {t('topUp.credited')}
      </Text>
    </Stack>
  );
}

interface PackageProps {
  readonly offer: TopUpPackage;
  readonly currency: string;
  readonly isDisabled: boolean;
  readonly onChoose: () => void;
}

function Package({ offer, currency, isDisabled, onChoose }: PackageProps) {
  const { t } = useTranslation('wallet');
  return (
    <UnstyledButton className={classes.package} disabled={isDisabled} onClick={onChoose}>
      <Text fw={650} fz="lg">
        {formatPrice(offer.priceMinorUnits, currency)}
      </Text>
      <Text size="sm" c="dimmed" component="div">
        {offer.names?.[currentLanguage()] ?? offer.name}
      </Text>
      <Text size="xs" c="dimmed" component="div" mt={4}>
        {t('topUp.credits')} <Amount nanos={offer.creditNanos} />
      </Text>
    </UnstyledButton>
  );
}

interface OwnAmountProps {
  readonly amounts: TopUpAmounts;
  readonly currency: string;
  readonly isPending: boolean;
  readonly onChoose: (minorUnits: number) => void;
}

function OwnAmount({ amounts, currency, isPending, onChoose }: OwnAmountProps) {
  const { t } = useTranslation('wallet');
  const { minorUnitsMin, minorUnitsMax, nanosPerMinorUnit } = amounts;
  const places = placesOf(currency);
  const scale = 10 ** places;
  const [value, setValue] = useState<number | string>('');
  const minorUnits = value === '' ? null : Math.round(Number(value) * scale);
  const isWithin = minorUnits !== null && minorUnits >= minorUnitsMin && minorUnits <= minorUnitsMax;
  const limits = { min: formatPrice(minorUnitsMin, currency), max: formatPrice(minorUnitsMax, currency) };
  return (
    <Group align="flex-end" gap="sm">
      <NumberInput
        label={t('topUp.own')}
        description={t('topUp.limits', limits)}
        decimalScale={places}
        allowNegative={false}
        hideControls
        value={value}
        onChange={setValue}
        error={minorUnits !== null && !isWithin ? t('topUp.outside', limits) : null}
      />
      <Button
        disabled={!isWithin}
        loading={isPending}
        onClick={() => minorUnits !== null && isWithin && onChoose(minorUnits)}
      >
        {t('topUp.pay')}
      </Button>
      {isWithin && minorUnits !== null ? (
        <Text size="sm" c="dimmed" pb={8}>
          {t('topUp.credits')} <Amount nanos={BigInt(minorUnits) * BigInt(nanosPerMinorUnit)} />
        </Text>
      ) : null}
    </Group>
  );
}
