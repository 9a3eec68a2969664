import { Checkbox, Group, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { FormDialog } from '../../ui/form-dialog';
import { notifyDone } from '../../ui/notify';
import { useSubmit } from '../../ui/use-submit';
import { WEBHOOK_EVENTS, WEBHOOKS, type CreatedWebhook, type Webhook } from './webhook';

export interface WebhookEditorProps {
  /** The one that is edited; null for a new one. */
  readonly webhook: Webhook | null;
  readonly onClose: () => void;
  readonly onCreated: (webhook: CreatedWebhook) => void;
}

type SavedWebhook = Webhook & Partial<Pick<CreatedWebhook, 'secret'>>;

interface WebhookValues extends Record<string, unknown> {
  readonly name: string;
  readonly url: string;
  readonly accountId: string;
  readonly events: string[];
}

export function WebhookEditor({ webhook, onClose, onCreated }: WebhookEditorProps) {
  const { t } = useTranslation('admin-webhooks');
  const form = useForm<WebhookValues>({
    initialValues: {
      name: webhook?.name ?? '',
      url: webhook?.url ?? '',
      accountId: webhook?.accountId ?? '',
      events: [...(webhook?.events ?? ['settled'])],
    },
    validate: {
      name: (value) => (value.trim() === '' ? t('editor.nameMissing') : null),
      url: (value) => (/^https?:\/\/\S+$/.test(value.trim()) ? null : t('editor.urlForm')),
      events: (value) => (value.length === 0 ? t('editor.eventsMissing') : null),
    },
  });
  const { onSubmit, isBusy, error } = useSubmit({
    form,
    changes: [WEBHOOKS],
    send: ({ name, url, accountId, events }) => {
      const body = { name: name.trim(), url: url.trim(), events };
      return webhook
        ? api.patch<SavedWebhook>(`${WEBHOOKS}/${webhook.id}`, body)
        : api.post<SavedWebhook>(WEBHOOKS, {
            ...body,
            ...(accountId.trim() === '' ? {} : { accountId: accountId.trim() }),
          });
    },
    onDone: (saved) => {
      onClose();
      if (saved.secret === undefined) notifyDone(t('editor.saved', { name: saved.name }));
      else onCreated({ ...saved, secret: saved.secret });
    },
  });
  return (
    <FormDialog
      isOpen
      title={webhook ? t('editor.edit', { name: webhook.name }) : t('create')}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={webhook ? t('editor.save') : t('editor.create')}
      isBusy={isBusy}
      error={error}
    >
      <TextInput label={t('column.name')} required data-autofocus {...form.getInputProps('name')} />
      <TextInput
        label={t('editor.url')}
        type="url"
        required
        placeholder="https://example.com/hooks/usage"
        {...form.getInputProps('url')}
      />
      {webhook ? null : (
        <TextInput
          label={t('editor.account')}
          description={t('editor.accountHint')}
          {...form.getInputProps('accountId')}
        />
      )}
      <Checkbox.Group label={t('column.events')} {...form.getInputProps('events')}>
        <Group mt="xs">
          {WEBHOOK_EVENTS.map((event) => (
            <Checkbox key={event} value={event} label={t(`event.${event}`)} />
          ))}
        </Group>
      </Checkbox.Group>
    </FormDialog>
  );
}
