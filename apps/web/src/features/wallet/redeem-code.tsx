import { Button, Group, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { PostedEntry } from '@code-router/contracts';
import { balanceChanged } from './balance-changed';
import { api } from '../../api/client';
import type { CurrentAccount } from '../../api/session';
import { notifyDone } from '../../ui/notify';
import { Panel } from '../../ui/panel';
import { ErrorState } from '../../ui/states';
import { useMoney } from '../../ui/use-money';

export function RedeemCode({ account }: { readonly account: CurrentAccount }) {
  const { t } = useTranslation('wallet');
  const { format } = useMoney();
  const form = useForm({
    initialValues: { code: '' },
    validate: { code: (value) => (value.trim() === '' ? t('redeem.missing') : null) },
  });
  const redeem = useMutation({
    mutationFn: ({ code }: { code: string }) =>
      api.post<PostedEntry>(`${account.path}/redemptions`, { code: code.trim() }),
    onSuccess: async ({ entry }) => {
      form.reset();
      await balanceChanged(account.path);
      notifyDone(t('redeem.done', { amount: format(entry.amountNanos) }));
    },
  });
  return (
    <Panel title={t('redeem.title')} description={t('redeem.description')}>
      <form onSubmit={form.onSubmit((values) => redeem.mutate(values))} noValidate>
        {redeem.error ? <ErrorState error={redeem.error} /> : null}
        <Group align="flex-start" gap="sm" mt={redeem.error ? 'sm' : 0} wrap="nowrap">
          <TextInput
            flex={1}
            aria-label={t('redeem.code')}
            placeholder="XXXXX-XXXXX-XXXXX-XXXXX-XXXXX"
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('code')}
          />
          <Button type="submit" variant="default" loading={redeem.isPending}>
            {t('redeem.submit')}
          </Button>
        </Group>
      </form>
    </Panel>
  );
}
