import { NumberInput, Radio, SimpleGrid, Stack, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { GroupLimits, KeptGroup } from '@code-router/contracts';
import { api } from '../../api/client';
import { multiplierText, parseMultiplier } from '../../ui/fields/exact-product';
import { GroupsSelect } from '../../ui/fields/group-select';
import { wholeOrNull } from '../../ui/fields/whole-or-null';
import { FormDialog } from '../../ui/form-dialog';
import { notifyDone } from '../../ui/notify';
import { useSubmit } from '../../ui/use-submit';

export interface GroupEditorProps {
  readonly group: KeptGroup | null;
  readonly limits: GroupLimits | undefined;
  readonly onClose: () => void;
}

interface GroupValues extends Record<string, unknown> {
  readonly name: string;
  readonly multiplier: string;
  readonly description: string;
  readonly choosable: string;
  readonly choosableBy: string[];
  readonly requestsPerMinute: number | string;
  readonly tokensPerMinute: number | string;
  readonly concurrencyMax: number | string;
}

/** A group: its multiplier, who may choose it, and what each of its accounts is limited to. */
export function GroupEditor({ group, limits, onClose }: GroupEditorProps) {
  const { t } = useTranslation('admin-groups');
  const chosenBy = group ? group.choosableBy : [];
  const form = useForm<GroupValues>({
    initialValues: {
      name: group?.name ?? '',
      multiplier: group ? multiplierText(group.multiplierMillionths) : '1',
      description: group?.description ?? '',
      choosable: chosenBy === null ? 'all' : chosenBy.length === 0 ? 'own' : 'some',
      choosableBy: [...(chosenBy ?? [])],
      requestsPerMinute: limits?.requestsPerMinute ?? '',
      tokensPerMinute: limits?.tokensPerMinute ?? '',
      concurrencyMax: limits?.concurrencyMax ?? '',
    },
    validate: {
      name: (value) => (value.trim() === '' ? t('editor.nameMissing') : null),
      multiplier: (value) => (parseMultiplier(value) === null ? t('multiplierForm') : null),
    },
  });
  const { onSubmit, isBusy, error } = useSubmit({
    form,
    changes: ['/api/groups', '/api/group-limits', '/api/catalog'],
    send: async (values) => {
      const name = values.name.trim();
      const { choosable, choosableBy } = values;
      const kept = await api.put<KeptGroup>('/api/groups', {
        name,
        multiplier: values.multiplier.trim(),
        description: values.description.trim(),
        choosableBy: choosable === 'all' ? null : choosable === 'own' ? [] : choosableBy,
      });
      const wanted = {
        requestsPerMinute: wholeOrNull(values.requestsPerMinute),
        tokensPerMinute: wholeOrNull(values.tokensPerMinute),
        concurrencyMax: wholeOrNull(values.concurrencyMax),
      };
      if (limits || Object.values(wanted).some((value) => value !== null)) {
        await api.put<GroupLimits>('/api/group-limits', { group: name, ...wanted });
      }
      return kept;
    },
    onDone: ({ name }) => {
      notifyDone(t('editor.saved', { name }));
      onClose();
    },
  });
  return (
    <FormDialog
      isOpen
      isLarge
      title={group ? t('editor.edit', { name: group.name }) : t('create')}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={t('editor.save')}
      isBusy={isBusy}
      error={error}
    >
      <TextInput
        label={t('column.name')}
        required
        disabled={group !== null}
        data-autofocus={group === null || undefined}
        {...form.getInputProps('name')}
      />
      <TextInput
        label={t('column.multiplier')}
        description={t('editor.multiplierHint')}
        inputMode="decimal"
        required
        {...form.getInputProps('multiplier')}
      />
      <TextInput label={t('editor.description')} {...form.getInputProps('description')} />
      <Radio.Group
        label={t('column.choosableBy')}
        description={t('editor.choosableHint')}
        {...form.getInputProps('choosable')}
      >
        <Stack gap={6} mt="xs">
          <Radio value="own" label={t('choosable.own')} />
          <Radio value="all" label={t('choosable.all')} />
          <Radio value="some" label={t('choosable.some')} />
        </Stack>
      </Radio.Group>
      {form.values.choosable === 'some' ? (
        <GroupsSelect label={t('choosable.which')} {...form.getInputProps('choosableBy')} />
      ) : null}
      <Title order={3}>{t('editor.limits')}</Title>
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <NumberInput
          label={t('column.requestsPerMinute')}
          placeholder={t('editor.noLimit')}
          min={1}
          thousandSeparator
          {...form.getInputProps('requestsPerMinute')}
        />
        <NumberInput
          label={t('column.tokensPerMinute')}
          placeholder={t('editor.noLimit')}
          min={1}
          thousandSeparator
          {...form.getInputProps('tokensPerMinute')}
        />
        <NumberInput
          label={t('column.concurrencyMax')}
          placeholder={t('editor.noLimit')}
          min={1}
          thousandSeparator
          {...form.getInputProps('concurrencyMax')}
        />
      </SimpleGrid>
    </FormDialog>
  );
}
