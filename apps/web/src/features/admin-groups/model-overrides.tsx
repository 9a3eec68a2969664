import { Button, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus, IconStack2, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Model, MultiplierOverride } from '@code-router/contracts';
import { api } from '../../api/client';
import { useWholeList } from '../../api/whole-list';
import { askBefore } from '../../ui/confirm';
import { DataTable, type Column } from '../../ui/data-table';
import { multiplierText, parseMultiplier } from '../../ui/fields/exact-product';
import { GroupSelect } from '../../ui/fields/group-select';
import { FormDialog } from '../../ui/form-dialog';
import { notifyDone, notifyError } from '../../ui/notify';
import { Panel } from '../../ui/panel';
import { RowMenu } from '../../ui/row-menu';
import { EmptyState } from '../../ui/states';
import { invalidate, useSubmit } from '../../ui/use-submit';

const CHANGES = ['/api/multipliers', '/api/catalog'];

/** Multipliers of single models in a group, which go before the group's own. */
export function ModelOverrides({ overrides }: { readonly overrides: readonly MultiplierOverride[] }) {
  const { t } = useTranslation('admin-groups');
  const [isAdding, setAdding] = useState(false);
  const remove = useMutation({
    mutationFn: ({ kind, model, group }: MultiplierOverride) =>
      api.delete('/api/multipliers', { query: { kind, model, group } }),
    onSuccess: async () => {
      await invalidate(CHANGES);
      notifyDone(t('override.removed'));
    },
    onError: notifyError,
  });
  const add = (
    <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>
      {t('override.add')}
    </Button>
  );
  const askToRemove = (override: MultiplierOverride) =>
    askBefore({
      title: t('override.removeTitle', { model: override.model, group: override.group }),
      message: t('override.removeMessage'),
      confirm: t('override.remove'),
      cancel: t('cancel'),
      onConfirm: () => remove.mutate(override),
    });
  return (
    <Panel flush title={t('override.title')} description={t('override.description')} actions={add}>
      <DataTable
        label={t('override.title')}
        columns={overrideColumns(t, askToRemove)}
        rows={overrides}
        rowKey={({ model, group }) => `${model} ${group}`}
        empty={
          <EmptyState icon={IconStack2} title={t('override.empty')}>
            {t('override.emptyNext')}
          </EmptyState>
        }
      />
      {isAdding ? <AddOverride onClose={() => setAdding(false)} /> : null}
    </Panel>
  );
}

function overrideColumns(
  t: TFunction<'admin-groups'>,
  remove: (override: MultiplierOverride) => void,
): readonly Column<MultiplierOverride>[] {
  return [
    { id: 'model', header: t('override.model'), cell: ({ model }) => model },
    { id: 'group', header: t('override.group'), cell: ({ group }) => group },
    {
      id: 'multiplier',
      header: t('column.multiplier'),
      align: 'end',
      cell: ({ multiplierMillionths }) => `× ${multiplierText(multiplierMillionths)}`,
    },
    {
      id: 'actions',
      header: t('column.actions'),
      isActions: true,
      cell: (override) => (
        <RowMenu
          label={t('actionsOf', { name: override.model })}
          actions={[
            { label: t('override.remove'), icon: IconTrash, isDangerous: true, onClick: () => remove(override) },
          ]}
        />
      ),
    },
  ];
}

interface OverrideValues extends Record<string, unknown> {
  readonly model: string | null;
  readonly group: string | null;
  readonly multiplier: string;
}

function AddOverride({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('admin-groups');
  const models = useWholeList<Model>('/api/models');
  const form = useForm<OverrideValues>({
    initialValues: { model: null, group: null, multiplier: '' },
    validate: {
      model: (value) => (value === null ? t('override.modelMissing') : null),
      group: (value) => (value === null ? t('override.groupMissing') : null),
      multiplier: (value) => (parseMultiplier(value) === null ? t('multiplierForm') : null),
    },
  });
  const { onSubmit, isBusy, error } = useSubmit({
    form,
    changes: CHANGES,
    send: ({ model, group, multiplier }) =>
      api.put<MultiplierOverride>('/api/multipliers', {
        kind: 'model-in-group',
        model,
        group,
        multiplier: multiplier.trim(),
      }),
    onDone: ({ model, group }) => {
      notifyDone(t('override.saved', { model, group }));
      onClose();
    },
  });
  return (
    <FormDialog
      isOpen
      title={t('override.add')}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={t('editor.save')}
      isBusy={isBusy}
      error={error}
    >
      <Select
        label={t('override.model')}
        data={models.items.map(({ name }) => name).toSorted()}
        searchable
        required
        {...form.getInputProps('model')}
      />
      <GroupSelect label={t('override.group')} required {...form.getInputProps('group')} />
      <TextInput
        label={t('column.multiplier')}
        inputMode="decimal"
        placeholder="0.9"
        required
        {...form.getInputProps('multiplier')}
      />
    </FormDialog>
  );
}
