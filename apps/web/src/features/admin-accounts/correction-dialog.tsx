import { SegmentedControl, TextInput } from '@mantine/core';
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

interface CorrectionValues extends Record<string, unknown> {
  readonly direction: 'add' | 'take';
  readonly amount: AmountEntry;
  readonly reason: string;
}

export interface CorrectionDialogProps {
  readonly account: Account;
  readonly onClose: () => void;
}

/** Adds to a balance or takes from it, for a reason that the ledger keeps. */
export function CorrectionDialog({ account, onClose }: CorrectionDialogProps) {
  const { t } = useTranslation('admin-accounts');
  const { style, format } = useMoney();
  // As with grants: sent twice, it is written once.
  const [reference] = useState(() => crypto.randomUUID());
  const form = useForm<CorrectionValues>({
    initialValues: { direction: 'take', amount: EMPTY_AMOUNT, reason: '' },
    validate: {
      amount: (value) => ((nanosOfEntry(value, style.nanosPerQuotaUnit) ?? 0n) > 0n ? null : t('amountForm')),
      reason: (value) => (value.trim() === '' ? t('correction.reasonMissing') : null),
    },
  });
  const { onSubmit, isBusy, error } = useSubmit({
    form,
    names: { amount: 'amountNanos' },
    changes: ['/api/accounts', `/api/accounts/${account.id}/ledger`, '/api/ledger/totals'],
    send: ({ direction, amount, reason }) => {
      const nanos = nanosOfEntry(amount, style.nanosPerQuotaUnit) ?? 0n;
      return api.post<GrantReply>(`/api/accounts/${account.id}/corrections`, {
        amountNanos: (direction === 'take' ? -nanos : nanos).toString(),
        reference,
        reason: reason.trim(),
      });
    },
    onDone: ({ entry }) => {
      notifyDone(t('correction.done', { amount: format(entry.amountNanos, { signed: true }), name: account.name }));
      onClose();
    },
  });
  return (
    <FormDialog
      isOpen
      title={t('correction.title', { name: account.name })}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={t('correction.submit')}
      isBusy={isBusy}
      error={error}
    >
      <SegmentedControl
        aria-label={t('correction.direction')}
        data={[
          { value: 'take', label: t('correction.take') },
          { value: 'add', label: t('correction.add') },
        ]}
        {...form.getInputProps('direction')}
      />
      <AmountField label={t('grant.amount')} required data-autofocus {...form.getInputProps('amount')} />
      <TextInput
        label={t('correction.reason')}
        description={t('correction.reasonHint')}
        required
        {...form.getInputProps('reason')}
      />
    </FormDialog>
  );
}
