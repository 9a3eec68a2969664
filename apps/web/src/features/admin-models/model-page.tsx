import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { IconCoin, IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Model, PriceVersion } from '@code-router/contracts';
import { api } from '../../api/client';
import { usePages } from '../../api/pages';
import { Amount } from '../../ui/amount';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { pagedRows } from '../../ui/paged-rows';
import { Facts } from '../../ui/facts';
import { formatCount } from '../../ui/number-format';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { ModelEditor } from './model-editor';
import { MODELS } from './model-list';
import { PriceEditor } from './price-editor';
import { PriceTerms } from './price-terms';

const route = getRouteApi('/console/admin/admin/model');

/** One model: what it is, and every price that it had, has and will have. */
export function ModelPage() {
  const { t } = useTranslation('admin-models');
  const { name = '' } = route.useSearch();
  const [dialog, setDialog] = useState<'edit' | 'price' | null>(null);
  const model = useQuery({
    queryKey: [MODELS, 'by-name', name],
    queryFn: ({ signal }) => api.get<Model>(`${MODELS}/by-name`, { query: { name }, signal }),
  });
  const versions = usePages<PriceVersion>('/api/prices', { model: name });
  const [now] = useState(() => new Date());
  const current = versions.items.find(({ effectiveFrom }) => new Date(effectiveFrom) <= now) ?? null;
  const back = (
    <Anchor size="sm" renderRoot={(props) => <Link to="/admin/models" search={{}} {...props} />}>
      {t('back')}
    </Anchor>
  );
  const newPrice = (
    <Button leftSection={<IconCoin size={16} />} onClick={() => setDialog('price')}>
      {t('price.open')}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={name}
        description={back}
        actions={
          model.data ? (
            <>
              {newPrice}
              <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setDialog('edit')}>
                {t('editor.open')}
              </Button>
            </>
          ) : null
        }
      />
      <Stack gap="lg">
        {model.error ? <ErrorState error={model.error} onRetry={() => void model.refetch()} /> : null}
        {model.isLoading ? <LoadingRows /> : null}
        {model.data ? <Profile model={model.data} /> : null}
        <Panel flush title={t('price.history')} description={t('price.historyHint')}>
          <DataTable
            label={t('price.history')}
            columns={versionColumns(t, current, now)}
            {...pagedRows(versions)}
            rowKey={({ id }) => id}
            empty={
              <EmptyState icon={IconCoin} title={t('price.none')} action={newPrice}>
                {t('price.noneNext')}
              </EmptyState>
            }
          />
        </Panel>
      </Stack>
      {dialog === 'edit' && model.data ? <ModelEditor model={model.data} onClose={() => setDialog(null)} /> : null}
      {dialog === 'price' ? <PriceEditor model={name} current={current} onClose={() => setDialog(null)} /> : null}
    </>
  );
}

function Profile({ model }: { readonly model: Model }) {
  const { t } = useTranslation('admin-models');
  const list = (texts: readonly string[]) => (texts.length === 0 ? '—' : texts.join(', '));
  return (
    <Panel>
      {model.description === '' ? null : (
        <Text size="sm" mb="sm">
          {model.description}
        </Text>
      )}
      <Facts
        items={[
          [
            t('column.status'),
            <StatusBadge key="status" tone={model.enabled ? 'good' : 'neutral'}>
              {model.enabled ? t('enabled') : t('disabled')}
            </StatusBadge>,
          ],
          [t('editor.displayName'), model.displayName],
          [t('editor.vendor'), model.vendor === '' ? '—' : model.vendor],
          [t('column.visible'), model.visibleTo === null ? t('allGroups') : list(model.visibleTo)],
          [t('editor.contextWindow'), formatCount(model.contextWindow)],
          [t('editor.maxOutputTokens'), formatCount(model.maxOutputTokens)],
          [t('editor.endpoints'), list(model.endpoints)],
          [t('editor.aliases'), list(model.aliases)],
          [t('column.tags'), list(model.tags)],
        ]}
      />
    </Panel>
  );
}

function versionColumns(
  t: TFunction<'admin-models'>,
  current: PriceVersion | null,
  now: Date,
): readonly Column<PriceVersion>[] {
  return [
    {
      id: 'from',
      header: t('price.effectiveFrom'),
      cell: (version) => (
        <Group gap={6}>
          <Time at={version.effectiveFrom} format="exact" />
          {version.id === current?.id ? <StatusBadge tone="good">{t('price.now')}</StatusBadge> : null}
          {new Date(version.effectiveFrom) > now ? <StatusBadge tone="info">{t('price.future')}</StatusBadge> : null}
          {version.isPlaceholder ? <StatusBadge tone="warning">{t('placeholder')}</StatusBadge> : null}
        </Group>
      ),
    },
    {
      id: 'input',
      header: t('column.input'),
      align: 'end',
      cell: ({ terms }) => (terms.rates.input === undefined ? '—' : <Amount nanos={terms.rates.input} exact />),
    },
    {
      id: 'output',
      header: t('column.output'),
      align: 'end',
      cell: ({ terms }) => (terms.rates.output === undefined ? '—' : <Amount nanos={terms.rates.output} exact />),
    },
    { id: 'others', header: t('price.others'), cell: ({ terms }) => <PriceTerms terms={terms} /> },
    {
      id: 'author',
      header: t('price.author'),
      cell: ({ author, note }) => (
        <>
          {author}
          {note === '' ? null : <CellNote>{note}</CellNote>}
        </>
      ),
    },
  ];
}
