import { NumberInput, SimpleGrid, Switch, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { Account } from '@code-router/contracts';
import { api } from '../../api/client';
import { AmountField, amountEntry, EMPTY_AMOUNT, nanosOfEntry, type AmountEntry } from '../../ui/fields/amount-field';
import { GroupSelect } from '../../ui/fields/group-select';
import { wholeOrNull } from '../../ui/fields/whole-or-null';
import { FormDialog } from '../../ui/form-dialog';
import { notifyDone } from '../../ui/notify';
import { useMoney } from '../../ui/use-money';
import { useSubmit } from '../../ui/use-submit';

export interface AccountEditorProps {
  /** The one that is changed; null for a new one. */
  readonly account: Account | null;
  readonly onClose: () => void;
  readonly onCreated?: (account: Account) => void;
}

interface AccountValues extends Record<string, unknown> {
  readonly name: string;
  readonly group: string | null;
  readonly overdraft: AmountEntry;
  readonly lowerOutput: boolean;
  readonly requestsPerMinute: number | string;
  readonly tokensPerMinute: number | string;
  readonly concurrencyMax: number | string;
}

/** Opens an account, or changes what it may. */
export function AccountEditor({ account, onClose, onCreated }: AccountEditorProps) {
  const { t } = useTranslation('admin-accounts');
  const { nanosPerQuotaUnit } = useMoney().style;
  const form = useForm<AccountValues>({
    initialValues: {
      name: account?.name ?? '',
      group: account?.group ?? 'default',
      overdraft: account ? amountEntry(account.overdraftNanos) : { ...EMPTY_AMOUNT, text: '0' },
      lowerOutput: account?.lowerOutput ?? false,
      requestsPerMinute: account?.requestsPerMinute ?? '',
      tokensPerMinute: account?.tokensPerMinute ?? '',
      concurrencyMax: account?.concurrencyMax ?? '',
    },
    validate: {
      name: (value) => (value.trim() === '' ? t('editor.nameMissing') : null),
      group: (value) => (value === null ? t('editor.groupMissing') : null),
      overdraft: (value) => (nanosOfEntry(value, nanosPerQuotaUnit) === null ? t('amountForm') : null),
    },
  });
  const { onSubmit, isBusy, error } = useSubmit({
    form,
    names: { overdraft: 'overdraftNanos' },
    changes: ['/api/accounts'],
    send: ({ name, group, overdraft, lowerOutput, ...limits }) => {
      const body = {
        name: name.trim(),
        group,
        lowerOutput,
        overdraftNanos: nanosOfEntry(overdraft, nanosPerQuotaUnit)?.toString(),
        requestsPerMinute: wholeOrNull(limits.requestsPerMinute),
        tokensPerMinute: wholeOrNull(limits.tokensPerMinute),
        concurrencyMax: wholeOrNull(limits.concurrencyMax),
      };
      return account
        ? api.patch<Account>(`/api/accounts/${account.id}`, body)
        : api.post<Account>('/api/accounts', body);
    },
    onDone: (saved) => {
      notifyDone(t(account ? 'editor.saved' : 'editor.created', { name: saved.name }));
      onClose();
      if (!account) onCreated?.(saved);
    },
  });
  return (
    <FormDialog
      isOpen
      isLarge
      title={account ? t('editor.edit', { name: account.name }) : t('editor.new')}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={account ? t('editor.save') : t('editor.create')}
      isBusy={isBusy}
      error={error}
    >
      <TextInput label={t('field.name')} required data-autofocus {...form.getInputProps('name')} />
      <GroupSelect label={t('field.group')} description={t('editor.groupHint')} {...form.getInputProps('group')} />
      <AmountField
        label={t('field.overdraft')}
        description={t('editor.overdraftHint')}
        {...form.getInputProps('overdraft')}
      />
      <Switch
        label={t('field.lowerOutput')}
        description={t('editor.lowerOutputHint')}
        {...form.getInputProps('lowerOutput', { type: 'checkbox' })}
      />
      <Title order={3}>{t('editor.limits')}</Title>
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <NumberInput
          label={t('field.requestsPerMinute')}
          placeholder={t('asGroup')}
          min={1}
          allowDecimal={false}
          thousandSeparator
          {...form.getInputProps('requestsPerMinute')}
        />
        <NumberInput
          label={t('field.tokensPerMinute')}
          placeholder={t('asGroup')}
          min={1}
          allowDecimal={false}
          thousandSeparator
          {...form.getInputProps('tokensPerMinute')}
        />
        <NumberInput
          label={t('field.concurrencyMax')}
          placeholder={t('asGroup')}
          min={1}
          allowDecimal={false}
          thousandSeparator
          {...form.getInputProps('concurrencyMax')}
        />
      </SimpleGrid>
    </FormDialog>
  );
}
