import { MultiSelect, NumberInput, SimpleGrid, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { Modality, Model } from '@code-router/contracts';
import { api } from '../../api/client';
import { GroupsSelect } from '../../ui/fields/group-select';
import { FormDialog } from '../../ui/form-dialog';
import { notifyDone } from '../../ui/notify';
import { useSubmit } from '../../ui/use-submit';
import { MODELS } from './model-list';

const MODALITIES = ['text', 'image', 'audio', 'video', 'file', 'embedding'] as const satisfies readonly Modality[];

export interface ModelEditorProps {
  /** The one that is edited; null for a new one. */
  readonly model: Model | null;
  readonly onClose: () => void;
  readonly onCreated?: (name: string) => void;
}

interface ModelValues extends Record<string, unknown> {
  readonly name: string;
  readonly displayName: string;
  readonly vendor: string;
  readonly description: string;
  readonly tags: string[];
  readonly aliases: string[];
  readonly endpoints: string[];
  readonly inputModalities: string[];
  readonly outputModalities: string[];
  readonly contextWindow: number | string;
  readonly maxOutputTokens: number | string;
  readonly enabled: boolean;
  readonly visibleTo: string[];
}

/** Everything about a model but its price. */
export function ModelEditor({ model, onClose, onCreated }: ModelEditorProps) {
  const { t } = useTranslation('admin-models');
  const form = useForm<ModelValues>({
    initialValues: {
      name: model?.name ?? '',
      displayName: model?.displayName ?? '',
      vendor: model?.vendor ?? '',
      description: model?.description ?? '',
      tags: [...(model?.tags ?? [])],
      aliases: [...(model?.aliases ?? [])],
      endpoints: [...(model?.endpoints ?? ['/v1/chat/completions'])],
      inputModalities: [...(model?.inputModalities ?? ['text'])],
      outputModalities: [...(model?.outputModalities ?? ['text'])],
      contextWindow: model?.contextWindow ?? 128_000,
      maxOutputTokens: model?.maxOutputTokens ?? 4_096,
      enabled: model?.enabled ?? true,
      visibleTo: [...(model?.visibleTo ?? [])],
    },
    validate: {
      name: (value) => (value.trim() === '' ? t('editor.nameMissing') : null),
      contextWindow: (value) => (Number(value) >= 1 ? null : t('editor.tokensForm')),
      maxOutputTokens: (value) => (Number(value) >= 1 ? null : t('editor.tokensForm')),
      inputModalities: (value) => (value.length === 0 ? t('editor.modalityMissing') : null),
      outputModalities: (value) => (value.length === 0 ? t('editor.modalityMissing') : null),
    },
  });
  const { onSubmit, isBusy, error } = useSubmit({
    form,
    changes: [MODELS, '/api/price-list'],
    send: ({ visibleTo, name, displayName, ...rest }) => {
      const body = {
        ...rest,
        name: name.trim(),
        ...(displayName.trim() === '' ? {} : { displayName: displayName.trim() }),
        contextWindow: Number(rest.contextWindow),
        maxOutputTokens: Number(rest.maxOutputTokens),
        visibleTo: visibleTo.length === 0 ? null : visibleTo,
      };
      return model ? api.patch<Model>(MODELS, body) : api.post<Model>(MODELS, body);
    },
    onDone: ({ name }) => {
      notifyDone(t(model ? 'editor.saved' : 'editor.created', { name }));
      onClose();
      if (!model) onCreated?.(name);
    },
  });
  const modalities = MODALITIES.map((value) => ({ value, label: t(`modality.${value}`) }));
  return (
    <FormDialog
      isOpen
      isLarge
      title={model ? t('editor.edit', { name: model.name }) : t('editor.new')}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={model ? t('editor.save') : t('editor.create')}
      isBusy={isBusy}
      error={error}
    >
      <TextInput
        label={t('editor.name')}
        description={model ? t('editor.nameFixed') : t('editor.nameHint')}
        required
        disabled={model !== null}
        data-autofocus={model === null || undefined}
        {...form.getInputProps('name')}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={t('editor.displayName')} {...form.getInputProps('displayName')} />
        <TextInput label={t('editor.vendor')} {...form.getInputProps('vendor')} />
      </SimpleGrid>
      <Textarea label={t('editor.description')} autosize minRows={2} {...form.getInputProps('description')} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberInput
          label={t('editor.contextWindow')}
          thousandSeparator
          allowDecimal={false}
          {...form.getInputProps('contextWindow')}
        />
        <NumberInput
          label={t('editor.maxOutputTokens')}
          thousandSeparator
          allowDecimal={false}
          {...form.getInputProps('maxOutputTokens')}
        />
        <MultiSelect label={t('editor.reads')} data={modalities} {...form.getInputProps('inputModalities')} />
        <MultiSelect label={t('editor.writes')} data={modalities} {...form.getInputProps('outputModalities')} />
      </SimpleGrid>
      <TagsInput label={t('column.tags')} {...form.getInputProps('tags')} />
      <TagsInput label={t('editor.aliases')} description={t('editor.aliasesHint')} {...form.getInputProps('aliases')} />
      <TagsInput label={t('editor.endpoints')} {...form.getInputProps('endpoints')} />
      <GroupsSelect
        label={t('column.visible')}
        placeholder={form.values.visibleTo.length === 0 ? t('allGroups') : undefined}
        {...form.getInputProps('visibleTo')}
      />
      <Switch label={t('editor.enabled')} {...form.getInputProps('enabled', { type: 'checkbox' })} />
    </FormDialog>
  );
}
