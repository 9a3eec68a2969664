import { NumberInput, SimpleGrid, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { CreatedRedemptionBatch } from '@code-router/contracts';
import { api } from '../../api/client';
import { AmountField, EMPTY_AMOUNT, nanosOfEntry, type AmountEntry } from '../../ui/fields/amount-field';
import { instantOfLocal } from '../../ui/fields/local-moment';
import { FormDialog } from '../../ui/form-dialog';
import { useMoney } from '../../ui/use-money';
import { useSubmit } from '../../ui/use-submit';

export interface CreateBatchDialogProps {
  readonly onClose: () => void;
  readonly onCreated: (batch: CreatedRedemptionBatch) => void;
}

interface BatchValues extends Record<string, unknown> {
  readonly name: string;
  readonly amount: AmountEntry;
  readonly codeCount: number | string;
  readonly usesMax: number | string;
  readonly expiresAt: string;
}

export function CreateBatchDialog({ onClose, onCreated }: CreateBatchDialogProps) {
  const { t } = useTranslation('admin-codes');
  const { nanosPerQuotaUnit } = useMoney().style;
  const form = useForm<BatchValues>({
    initialValues: { name: '', amount: EMPTY_AMOUNT, codeCount: 10, usesMax: 1, expiresAt: '' },
    validate: {
      name: (value) => (value.trim() === '' ? t('form.nameMissing') : null),
      amount: (value) => ((nanosOfEntry(value, nanosPerQuotaUnit) ?? 0n) > 0n ? null : t('form.amountMissing')),
      codeCount: (value) => (Number(value) >= 1 && Number(value) <= 1_000 ? null : t('form.codeCountRange')),
      usesMax: (value) => (Number(value) >= 1 ? null : t('form.usesMaxRange')),
    },
  });
  const { onSubmit, isBusy, error } = useSubmit({
    form,
    names: { amount: 'amountNanos' },
    changes: ['/api/redemption-batches'],
    send: ({ name, amount, codeCount, usesMax, expiresAt }) =>
      api.post<CreatedRedemptionBatch>('/api/redemption-batches', {
        name: name.trim(),
        amountNanos: nanosOfEntry(amount, nanosPerQuotaUnit)?.toString(),
        codeCount: Number(codeCount),
        usesMax: Number(usesMax),
        expiresAt: instantOfLocal(expiresAt),
      }),
    onDone: onCreated,
  });
  return (
    <FormDialog
      isOpen
      title={t('form.title')}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={t('form.submit')}
      isBusy={isBusy}
      error={error}
    >
      <TextInput
        label={t('form.name')}
        description={t('form.nameHint')}
        required
        data-autofocus
        {...form.getInputProps('name')}
      />
      <AmountField label={t('form.amount')} required {...form.getInputProps('amount')} />
      <SimpleGrid cols={2}>
        <NumberInput
          label={t('form.codeCount')}
          min={1}
          max={1_000}
          allowDecimal={false}
          {...form.getInputProps('codeCount')}
        />
        <NumberInput label={t('form.usesMax')} min={1} allowDecimal={false} {...form.getInputProps('usesMax')} />
      </SimpleGrid>
      <TextInput
        label={t('form.expiresAt')}
        description={t('form.expiresHint')}
        type="datetime-local"
        {...form.getInputProps('expiresAt')}
      />
    </FormDialog>
  );
}
