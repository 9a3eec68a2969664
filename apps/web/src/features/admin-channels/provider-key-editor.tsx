import { PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { FormDialog } from '../../ui/form-dialog';
import { notifyDone } from '../../ui/notify';
import { useSubmit } from '../../ui/use-submit';
import { CHANNELS, nameOfKey, type ProviderKey } from './channel';

export interface ProviderKeyEditorProps {
  readonly channelId: string;
  /** The one that is edited; null for a new one. */
  readonly providerKey: ProviderKey | null;
  readonly onClose: () => void;
}

/** Adds a key to a channel, or names or replaces one. */
export function ProviderKeyEditor({ channelId, providerKey, onClose }: ProviderKeyEditorProps) {
  const { t } = useTranslation('admin-channels');
  const form = useForm({
    initialValues: { label: providerKey?.label ?? '', apiKey: '' },
    validate: { apiKey: (value) => (providerKey === null && value === '' ? t('keys.missing') : null) },
  });
  const path = `${CHANNELS}/${channelId}/keys`;
  const { onSubmit, isBusy, error } = useSubmit({
    form,
    changes: [CHANNELS, `${CHANNELS}/health`],
    send: ({ label, apiKey }) => {
      const body = { label: label.trim() === '' ? null : label.trim(), ...(apiKey === '' ? {} : { apiKey }) };
      return providerKey
        ? api.patch<ProviderKey>(`${path}/${providerKey.id}`, body)
        : api.post<ProviderKey>(path, body);
    },
    onDone: (key) => {
      notifyDone(t(providerKey ? 'keys.saved' : 'keys.added', { key: nameOfKey(key) }));
      onClose();
    },
  });
  return (
    <FormDialog
      isOpen
      title={providerKey ? t('keys.edit', { key: nameOfKey(providerKey) }) : t('keys.add')}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={providerKey ? t('editor.save') : t('keys.add')}
      isBusy={isBusy}
      error={error}
    >
      <PasswordInput
        label={t('field.apiKey')}
        description={providerKey ? t('editor.apiKeyKept', { hint: providerKey.hint }) : t('editor.apiKeyStored')}
        autoComplete="new-password"
        data-autofocus
        required={providerKey === null}
        visibilityToggleButtonProps={{ 'aria-label': t('editor.showKey') }}
        {...form.getInputProps('apiKey')}
      />
      <TextInput label={t('keys.label')} description={t('keys.labelHint')} {...form.getInputProps('label')} />
    </FormDialog>
  );
}
