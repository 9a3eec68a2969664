import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { CreatedKey } from '@code-router/contracts';
import { api } from '../../api/client';
import { AmountField, EMPTY_AMOUNT, nanosOfEntry, type AmountEntry } from '../../ui/fields/amount-field';
import { GroupSelect } from '../../ui/fields/group-select';
import { FormDialog } from '../../ui/form-dialog';
import { useMoney } from '../../ui/use-money';
import { useSubmit } from '../../ui/use-submit';

interface KeyValues extends Record<string, unknown> {
  readonly name: string;
  readonly group: string | null;
  readonly quota: AmountEntry;
}

export interface CreateKeyDialogProps {
  readonly path: string;
  readonly onClose: () => void;
  readonly onCreated: (key: CreatedKey) => void;
}

/** A key that an operator makes for an account; its owners restrict it further in their own console. */
export function CreateKeyDialog({ path, onClose, onCreated }: CreateKeyDialogProps) {
  const { t } = useTranslation('admin-accounts');
  const { nanosPerQuotaUnit } = useMoney().style;
  const form = useForm<KeyValues>({
    initialValues: { name: '', group: null, quota: EMPTY_AMOUNT },
    validate: {
      name: (value) => (value.trim() === '' ? t('keys.nameMissing') : null),
      quota: (value) =>
        value.text.trim() === '' || nanosOfEntry(value, nanosPerQuotaUnit) !== null ? null : t('amountForm'),
    },
  });
  const { onSubmit, isBusy, error } = useSubmit({
    form,
    names: { quota: 'quotaNanos' },
    changes: [path],
    send: ({ name, group, quota }) =>
      api.post<CreatedKey>(path, {
        name: name.trim(),
        group,
        quotaNanos: quota.text.trim() === '' ? null : nanosOfEntry(quota, nanosPerQuotaUnit)?.toString(),
      }),
    onDone: onCreated,
  });
  return (
    <FormDialog
      isOpen
      title={t('keys.create')}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={t('keys.submit')}
      isBusy={isBusy}
      error={error}
    >
      <TextInput label={t('field.name')} required data-autofocus {...form.getInputProps('name')} />
      <GroupSelect
        label={t('field.group')}
        placeholder={t('keys.accountGroup')}
        clearable
        {...form.getInputProps('group')}
      />
      <AmountField label={t('keys.quota')} description={t('keys.quotaHint')} {...form.getInputProps('quota')} />
    </FormDialog>
  );
}
