import { Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GrantReply, UsageRecord } from '@code-router/contracts';
import { api } from '../../api/client';
import { Amount } from '../amount';
import { AmountField, EMPTY_AMOUNT, nanosOfEntry, type AmountEntry } from '../fields/amount-field';
import { FormDialog } from '../form-dialog';
import { notifyDone } from '../notify';
import { useMoney } from '../use-money';
import { useSubmit } from '../use-submit';

interface RefundValues extends Record<string, unknown> {
  readonly amount: AmountEntry;
  readonly reason: string;
}

export interface RefundDialogProps {
  readonly record: UsageRecord;
  readonly onClose: () => void;
}

/** Gives back what a request cost, or a part of it. */
export function RefundDialog({ record, onClose }: RefundDialogProps) {
  const { t } = useTranslation('ui');
  const { style, format } = useMoney();
  // One for each dialog: sent again after an answer was lost, a part is given back once.
  const [reference] = useState(() => crypto.randomUUID());
  const form = useForm<RefundValues>({
    initialValues: { amount: EMPTY_AMOUNT, reason: '' },
    validate: {
      amount: (value) =>
        value.text.trim() === '' || (nanosOfEntry(value, style.nanosPerQuotaUnit) ?? 0n) > 0n
          ? null
          : t('refund.amountForm'),
      reason: (value) => (value.trim() === '' ? t('refund.reasonMissing') : null),
    },
  });
  const { onSubmit, isBusy, error } = useSubmit({
    form,
    names: { amount: 'amountNanos' },
    changes: [
      '/api/accounts',
      `/api/accounts/${record.accountId}/ledger`,
      `/api/usage/${record.id}`,
      '/api/ledger/totals',
      '/api/audit',
    ],
    send: ({ amount, reason }) => {
      const nanos = amount.text.trim() === '' ? null : nanosOfEntry(amount, style.nanosPerQuotaUnit);
      return api.post<GrantReply>('/api/refunds', {
        reservationId: record.reservationId,
        reason: reason.trim(),
        // A part is named, so that a second part of the same request is another refund.
        ...(nanos === null ? {} : { amountNanos: nanos.toString(), reference }),
      });
    },
    onDone: ({ entry }) => {
      notifyDone(t('refund.done', { amount: format(entry.amountNanos) }));
      onClose();
    },
  });
  return (
    <FormDialog
      isOpen
      title={t('refund.title')}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={t('refund.submit')}
      isBusy={isBusy}
      error={error}
    >
      <Text size="sm" c="dimmed">
        {t('refund.about')} <Amount nanos={record.amountNanos} exact />
      </Text>
      <AmountField label={t('refund.amount')} description={t('refund.amountHint')} {...form.getInputProps('amount')} />
      <TextInput
        label={t('refund.reason')}
        description={t('refund.reasonHint')}
        required
        data-autofocus
        {...form.getInputProps('reason')}
      />
    </FormDialog>
  );
}
