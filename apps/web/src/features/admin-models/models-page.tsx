import { Button, Checkbox, Group, Menu, Select, Text } from '@mantine/core';
import { IconDownload, IconFileImport, IconPlus, IconStack2 } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { Amount } from '../../ui/amount';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { saveAs } from '../../ui/download';
import { notifyError } from '../../ui/notify';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { SearchField } from '../../ui/search-field';
import { EmptyState } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { Toolbar } from '../../ui/toolbar';
import { BulkEdit } from './bulk-edit';
import { ImportDialog } from './import-dialog';
import { ModelEditor } from './model-editor';
import { useModels, type PricedModel } from './model-list';

const route = getRouteApi('/console/admin/admin/models');

const SHOWN = ['all', 'enabled', 'disabled', 'placeholder', 'unpriced'] as const;
type Shown = (typeof SHOWN)[number];

/** The models and what they cost. */
export function ModelsPage() {
  const { t } = useTranslation('admin-models');
  const { search = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const [shown, setShown] = useState<Shown>('all');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [dialog, setDialog] = useState<'create' | 'import' | null>(null);
  const models = useModels();
  const found = useMemo(() => {
    const words = search.toLowerCase().split(/\s+/);
    return models.items.filter(
      (model) => isShown(model, shown) && words.every((word: string) => textOf(model).includes(word)),
    );
  }, [models.items, search, shown]);
  const columns = useMemo(
    () =>
      modelColumns(t, selected, (name, isSelected) =>
        setSelected((before) => {
          const after = new Set(before);
          if (isSelected) after.add(name);
          else after.delete(name);
          return after;
        }),
      ),
    [t, selected],
  );
  const exportList = useMutation({
    mutationFn: (format: string) => api.get<{ readonly content: string }>('/api/price-list', { query: { format } }),
    onSuccess: ({ content }, format) => {
      const isCsv = format.endsWith('csv');
      saveAs(
        new Blob([content], { type: isCsv ? 'text/csv' : 'application/json' }),
        `prices.${isCsv ? 'csv' : 'json'}`,
      );
    },
    onError: notifyError,
  });
  const importButton = (
    <Button variant="default" leftSection={<IconFileImport size={16} />} onClick={() => setDialog('import')}>
      {t('import.open')}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <>
            <Menu position="bottom-end">
              <Menu.Target>
                <Button variant="default" leftSection={<IconDownload size={16} />} loading={exportList.isPending}>
                  {t('export.open')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => exportList.mutate('code-router-json')}>{t('export.json')}</Menu.Item>
                <Menu.Item onClick={() => exportList.mutate('code-router-csv')}>{t('export.csv')}</Menu.Item>
              </Menu.Dropdown>
            </Menu>
            {importButton}
            <Button leftSection={<IconPlus size={16} />} onClick={() => setDialog('create')}>
              {t('create')}
            </Button>
          </>
        }
      />
      <Toolbar>
        <SearchField
          label={t('search')}
          value={search}
          onChange={(value) =>
            void navigate({ to: '/admin/models', search: value === '' ? {} : { search: value }, replace: true })
          }
        />
        <Select
          aria-label={t('shown.label')}
          data={SHOWN.map((value) => ({ value, label: t(`shown.${value}`) }))}
          value={shown}
          allowDeselect={false}
          onChange={(value) => setShown(SHOWN.find((known) => known === value) ?? 'all')}
          w={200}
        />
        {found.length === 0 ? null : (
          <Checkbox
            mb={8}
            label={t('selectAll', { count: found.length })}
            checked={found.every(({ name }) => selected.has(name))}
            indeterminate={
              found.some(({ name }) => selected.has(name)) && !found.every(({ name }) => selected.has(name))
            }
            onChange={(event) => setSelected(new Set(event.currentTarget.checked ? found.map(({ name }) => name) : []))}
          />
        )}
      </Toolbar>
      {selected.size === 0 ? null : (
        <BulkEdit
          models={models.items.filter(({ name }) => selected.has(name))}
          onDone={() => setSelected(new Set())}
        />
      )}
      <Panel flush>
        <DataTable
          label={t('title')}
          columns={columns}
          rows={found}
          rowKey={({ name }) => name}
          onOpen={({ name }) => void navigate({ to: '/admin/model', search: { name } })}
          isLoading={models.isLoading}
          error={models.error}
          onRetry={models.reload}
          empty={
            <EmptyState icon={IconStack2} title={t('empty.title')} action={importButton}>
              {t('empty.next')}
            </EmptyState>
          }
        />
      </Panel>
      {dialog === 'create' ? (
        <ModelEditor
          model={null}
          onClose={() => setDialog(null)}
          onCreated={(name) => void navigate({ to: '/admin/model', search: { name } })}
        />
      ) : null}
      {dialog === 'import' ? <ImportDialog onClose={() => setDialog(null)} /> : null}
    </>
  );
}

function isShown(model: PricedModel, shown: Shown): boolean {
  switch (shown) {
    case 'all':
      return true;
    case 'enabled':
      return model.enabled;
    case 'disabled':
      return !model.enabled;
    case 'placeholder':
      return model.isPlaceholder;
    case 'unpriced':
      return model.terms === undefined;
    default:
      return shown satisfies never;
  }
}

function textOf({ name, displayName, vendor, tags, aliases }: PricedModel): string {
  return [name, displayName, vendor, ...tags, ...aliases].join(' ').toLowerCase();
}

function modelColumns(
  t: TFunction<'admin-models'>,
  selected: ReadonlySet<string>,
  select: (name: string, isSelected: boolean) => void,
): readonly Column<PricedModel>[] {
  const rate = (id: 'input' | 'output'): Column<PricedModel> => ({
    id,
    header: t(`column.${id}`),
    align: 'end',
    sortBy: ({ terms }) => BigInt(terms?.rates[id] ?? -1),
    cell: ({ terms }) => (terms?.rates[id] === undefined ? '—' : <Amount nanos={terms.rates[id]} exact />),
  });
  return [
    {
      id: 'name',
      header: t('column.model'),
      sortBy: ({ name }) => name,
      cell: ({ name, vendor, displayName }) => (
        <>
          <Text span inherit fw={550}>
            {name}
          </Text>
          <CellNote>
            {[vendor, displayName === name ? '' : displayName].filter((part) => part !== '').join(' · ')}
          </CellNote>
        </>
      ),
    },
    {
      id: 'status',
      header: t('column.status'),
      cell: ({ enabled, isPlaceholder, terms }) => (
        <Group gap={4} wrap="nowrap">
          <StatusBadge tone={enabled ? 'good' : 'neutral'}>{enabled ? t('enabled') : t('disabled')}</StatusBadge>
          {isPlaceholder ? <StatusBadge tone="warning">{t('placeholder')}</StatusBadge> : null}
          {terms === undefined ? <StatusBadge tone="bad">{t('unpriced')}</StatusBadge> : null}
        </Group>
      ),
    },
    rate('input'),
    rate('output'),
    {
      id: 'visible',
      header: t('column.visible'),
      hideOnPhone: true,
      cell: ({ visibleTo }) => (
        <Text span inherit {...(visibleTo === null ? { c: 'dimmed', style: { whiteSpace: 'nowrap' } } : {})}>
          {visibleTo === null ? t('allGroups') : visibleTo.join(', ')}
        </Text>
      ),
    },
    { id: 'tags', header: t('column.tags'), hideOnPhone: true, cell: ({ tags }) => tags.join(', ') },
    {
      id: 'select',
      header: t('column.select'),
      isActions: true,
      cell: ({ name }) => (
        <Checkbox
          aria-label={t('select', { name })}
          checked={selected.has(name)}
          onChange={(event) => select(name, event.currentTarget.checked)}
        />
      ),
    },
  ];
}
