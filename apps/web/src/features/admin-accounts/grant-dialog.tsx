import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, GrantReply } from '@code-router/contracts';
import { api } from '../../api/client';
import { AmountField, EMPTY_AMOUNT, nanosOfEntry, type AmountEntry } from '../../ui/fields/amount-field';
import { FormDialog } from '../../ui/form-dialog';
import { notifyDone } from '../../ui/notify';
import { useMoney } from '../../ui/use-money';
import { useSubmit } from '../../ui/use-submit';

interface GrantValues extends Record<string, unknown> {
  readonly amount: AmountEntry;
  readonly note: string;
}

export interface GrantDialogProps {
  readonly account: Account;
  readonly onClose: () => void;
}

export function GrantDialog({ account, onClose }: GrantDialogProps) {
  const { t } = useTranslation('admin-accounts');
  const { style, format } = useMoney();
  // One for each dialog: sent again after an answer was lost, it is granted once.
  const [reference] = useState(() => crypto.randomUUID());
  const form = useForm<GrantValues>({
    initialValues: { amount: EMPTY_AMOUNT, note: '' },
    validate: {
      amount: (value) => ((nanosOfEntry(value, style.nanosPerQuotaUnit) ?? 0n) > 0n ? null : t('amountForm')),
    },
  });
  const { onSubmit, isBusy, error } = useSubmit({
    form,
    names: { amount: 'amountNanos' },
    changes: ['/api/accounts', `/api/accounts/${account.id}/ledger`, '/api/ledger/totals'],
    send: ({ amount, note }) =>
      api.post<GrantReply>(`/api/accounts/${account.id}/grants`, {
        amountNanos: nanosOfEntry(amount, style.nanosPerQuotaUnit)?.toString(),
        reference,
        note: note.trim(),
      }),
    onDone: ({ entry }) => {
      notifyDone(t('grant.done', { amount: format(entry.amountNanos), name: account.name }));
      onClose();
    },
  });
  return (
    <FormDialog
      isOpen
      title={t('grant.title', { name: account.name })}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={t('grant.submit')}
      isBusy={isBusy}
      error={error}
    >
      <AmountField label={t('grant.amount')} required data-autofocus {...form.getInputProps('amount')} />
      <TextInput label={t('grant.note')} description={t('grant.noteHint')} {...form.getInputProps('note')} />
    </FormDialog>
  );
}
