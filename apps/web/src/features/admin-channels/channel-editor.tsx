import {
  Group,
  NumberInput,
  PasswordInput,
  Select,
  SimpleGrid,
  Switch,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { GroupsSelect } from '../../ui/fields/group-select';
import { parseMultiplier } from '../../ui/fields/exact-product';
import { FormDialog } from '../../ui/form-dialog';
import { notifyDone } from '../../ui/notify';
import { useSubmit } from '../../ui/use-submit';
import { CHANNELS, type Channel } from './channel';
import { CHANNEL_FIELD_NAMES, channelBody, channelValues, pairs, type ChannelValues } from './channel-form';

export interface ChannelEditorProps {
  /** The one that is edited; null for a new one. */
  readonly channel: Channel | null;
  readonly onClose: () => void;
}

/** Everything that a channel is, as a form. */
export function ChannelEditor({ channel, onClose }: ChannelEditorProps) {
  const { t } = useTranslation('admin-channels');
  const form = useForm<ChannelValues>({
    initialValues: channelValues(channel),
    validate: {
      name: (value) => (value.trim() === '' ? t('editor.nameMissing') : null),
      baseUrl: (value, { provider }) =>
        provider !== 'demo' && value.trim() === '' ? t('editor.baseUrlMissing') : null,
      models: (value) => (pairs(value).length === 0 ? t('editor.modelsMissing') : null),
      settings: (value) => (pairs(value).some(([, setting]) => setting === null) ? t('editor.settingsForm') : null),
      costMultiplier: (value) => (value.trim() !== '' && parseMultiplier(value) === null ? t('editor.costForm') : null),
    },
  });
  const isDemo = form.values.provider === 'demo';
  const { onSubmit, isBusy, error } = useSubmit({
    form,
    names: CHANNEL_FIELD_NAMES,
    changes: [CHANNELS, `${CHANNELS}/health`],
    send: (values) => {
      const body = channelBody(values, channel);
      return channel ? api.patch<Channel>(`${CHANNELS}/${channel.id}`, body) : api.post<Channel>(CHANNELS, body);
    },
    onDone: ({ name }) => {
      notifyDone(t(channel ? 'editor.saved' : 'editor.created', { name }));
      onClose();
    },
  });
  return (
    <FormDialog
      isOpen
      isLarge
      title={channel ? t('editor.edit', { name: channel.name }) : t('editor.new')}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={channel ? t('editor.save') : t('editor.create')}
      isBusy={isBusy}
      error={error}
    >
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={t('field.name')} data-autofocus required {...form.getInputProps('name')} />
        <Select
          label={t('field.provider')}
          description={channel ? t('editor.providerFixed') : undefined}
          data={[
            { value: 'openai-compatible', label: t('provider.openai-compatible') },
            { value: 'demo', label: t('provider.demo') },
          ]}
          allowDeselect={false}
          disabled={channel !== null}
          {...form.getInputProps('provider')}
        />
      </SimpleGrid>
      {isDemo ? null : (
        <>
          <TextInput
            label={t('field.baseUrl')}
            placeholder="https://api.openai.com/v1"
            type="url"
            required
            {...form.getInputProps('baseUrl')}
          />
          {channel && channel.keys.length > 1 ? (
            <Text size="sm" c="dimmed">
              {t('editor.severalKeys', { count: channel.keys.length })}
            </Text>
          ) : (
            <PasswordInput
              label={t('field.apiKey')}
              description={
                channel?.apiKeyHint ? t('editor.apiKeyKept', { hint: channel.apiKeyHint }) : t('editor.apiKeyStored')
              }
              autoComplete="new-password"
              visibilityToggleButtonProps={{ 'aria-label': t('editor.showKey') }}
              {...form.getInputProps('apiKey')}
            />
          )}
        </>
      )}
      <Textarea
        label={t('field.models')}
        description={t('editor.modelsHint')}
        placeholder={'gpt-4o-mini\nfast = gpt-4o-mini-2024-07-18'}
        autosize
        minRows={3}
        maxRows={10}
        required
        {...form.getInputProps('models')}
      />
      <GroupsSelect
        label={t('field.groups')}
        placeholder={form.values.groups.length === 0 ? t('allGroups') : undefined}
        {...form.getInputProps('groups')}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberInput
          label={t('field.priority')}
          description={t('editor.priorityHint')}
          allowDecimal={false}
          {...form.getInputProps('priority')}
        />
        <NumberInput
          label={t('field.weight')}
          description={t('editor.weightHint')}
          allowDecimal={false}
          min={1}
          {...form.getInputProps('weight')}
        />
      </SimpleGrid>
      <TextInput
        label={t('field.costMultiplier')}
        description={t('editor.costHint')}
        placeholder="0.8"
        inputMode="decimal"
        {...form.getInputProps('costMultiplier')}
      />
      <Title order={3}>{t('editor.timeouts')}</Title>
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <NumberInput label={t('field.connectMs')} suffix=" ms" thousandSeparator {...form.getInputProps('connectMs')} />
        <NumberInput
          label={t('field.firstByteMs')}
          suffix=" ms"
          thousandSeparator
          {...form.getInputProps('firstByteMs')}
        />
        <NumberInput label={t('field.idleMs')} suffix=" ms" thousandSeparator {...form.getInputProps('idleMs')} />
      </SimpleGrid>
      <Textarea
        label={t('field.settings')}
        description={t('editor.settingsHint')}
        placeholder="chunkDelayMs = 20"
        autosize
        minRows={2}
        {...form.getInputProps('settings')}
      />
      <Group>
        <Switch
          label={t('editor.active')}
          checked={form.values.status === 'active'}
          onChange={(event) => form.setFieldValue('status', event.currentTarget.checked ? 'active' : 'disabled')}
        />
      </Group>
    </FormDialog>
  );
}
