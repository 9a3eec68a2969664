import { Button, Code, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconSettings } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { DataTable, type Column } from '../../ui/data-table';
import { notifyDone } from '../../ui/notify';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { SearchField } from '../../ui/search-field';
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { useSubmit } from '../../ui/use-submit';
import { useDescriptions } from './use-descriptions';

interface SiteTexts {
  readonly name: string;
  readonly announcement: string | null;
}

interface Setting {
  readonly name: string;
  readonly value: string | null;
  readonly isSet: boolean;
  readonly isSecret: boolean;
  readonly default: string | null;
  readonly description: string;
  readonly service: string;
}

interface Settings {
  readonly site: SiteTexts;
  readonly services: readonly ServiceSettings[];
}

interface ServiceSettings {
  readonly name: string;
  readonly status: 'ok' | 'unanswered';
  readonly settings: readonly Setting[];
}

const SETTINGS = '/api/settings';

/** What can be changed while the site runs, and what it was started with. */
export function SettingsPage() {
  const { t } = useTranslation('admin-settings');
  const { data, error, isLoading, refetch } = useQuery({
    queryKey: [SETTINGS],
    queryFn: ({ signal }) => api.get<Settings>(SETTINGS, { signal }),
  });
  const descriptions = useDescriptions();
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Stack gap="lg">
        <Panel title={t('site.title')} description={t('site.description')}>
          {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null}
          {isLoading ? <LoadingRows rows={3} /> : null}
          {data ? <SiteForm site={data.site} /> : null}
        </Panel>
        {data && descriptions ? <Environment services={inWords(data.services, descriptions)} /> : null}
      </Stack>
    </>
  );
}

/** The settings as the reader's language describes them. */
function inWords(
  services: readonly ServiceSettings[],
  descriptions: Readonly<Record<string, string>>,
): readonly ServiceSettings[] {
  return services.map((service) => ({
    ...service,
    settings: service.settings.map((setting) => ({
      ...setting,
      description: descriptions[setting.name] ?? setting.description,
    })),
  }));
}

function SiteForm({ site }: { readonly site: SiteTexts }) {
  const { t } = useTranslation('admin-settings');
  const form = useForm({
    initialValues: { name: site.name, announcement: site.announcement ?? '' },
    validate: { name: (value) => (value.trim() === '' ? t('site.nameMissing') : null) },
  });
  const { onSubmit, isBusy, error } = useSubmit({
    form,
    changes: [SETTINGS, '/api/site'],
    send: ({ name, announcement }) =>
      api.put<SiteTexts>(`${SETTINGS}/site`, {
        name: name.trim(),
        announcement: announcement.trim() === '' ? null : announcement.trim(),
      }),
    onDone: () => {
      form.resetDirty();
      notifyDone(t('site.saved'));
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md" maw={640}>
        <TextInput label={t('site.name')} required {...form.getInputProps('name')} />
        <Textarea
          label={t('site.announcement')}
          description={t('site.announcementHint')}
          autosize
          minRows={2}
          {...form.getInputProps('announcement')}
        />
        {error === undefined ? null : <ErrorState error={error} />}
        <Group>
          <Button type="submit" loading={isBusy} disabled={!form.isDirty()}>
            {t('site.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What each service was started with, one below the other. */
function Environment({ services }: { readonly services: readonly ServiceSettings[] }) {
  const { t } = useTranslation('admin-settings');
  const [search, setSearch] = useState('');
  return (
    <>
      <Panel title={t('environment.title')} description={t('environment.description')}>
        <SearchField label={t('environment.search')} value={search} onChange={setSearch} />
      </Panel>
      {services.map((service) => (
        <ServiceEnvironment key={service.name} service={service} search={search} />
      ))}
    </>
  );
}

interface ServiceEnvironmentProps {
  readonly service: ServiceSettings;
  readonly search: string;
}

function ServiceEnvironment({ service: { name, status, settings }, search }: ServiceEnvironmentProps) {
  const { t } = useTranslation('admin-settings');
  const columns = useMemo(() => settingColumns(t), [t]);
  const found = useMemo(() => {
    const words = search.toLowerCase().split(/\s+/);
    return settings.filter((setting) => {
      const text = `${setting.name} ${setting.description}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }, [settings, search]);
  if (status === 'unanswered') {
    return (
      <Panel title={name}>
        <StatusBadge tone="bad">{t('environment.unanswered')}</StatusBadge>
      </Panel>
    );
  }
  return (
    <Panel flush title={name}>
      <DataTable
        label={name}
        columns={columns}
        rows={found}
        rowKey={(setting) => setting.name}
        empty={
          <EmptyState icon={IconSettings} title={t('environment.none')}>
            {t('environment.noneNext')}
          </EmptyState>
        }
      />
    </Panel>
  );
}

function settingColumns(t: TFunction<'admin-settings'>): readonly Column<Setting>[] {
  return [
    {
      id: 'name',
      header: t('column.name'),
      sortBy: ({ name }) => name,
      cell: ({ name, description }) => (
        <Stack gap={2} maw={560}>
          <Text span inherit ff="monospace" fz="xs" fw={600}>
            {name}
          </Text>
          <Text size="xs" c="dimmed">
            {description}
          </Text>
        </Stack>
      ),
    },
    {
      id: 'value',
      header: t('column.value'),
      cell: ({ value, isSet, isSecret, default: fallback }) => {
        if (isSecret) {
          return <StatusBadge tone={isSet ? 'info' : 'neutral'}>{isSet ? t('secretSet') : t('notSet')}</StatusBadge>;
        }
        if (isSet && value !== null)
          return <Code style={{ overflowWrap: 'anywhere', overflow: 'visible' }}>{value === '' ? '""' : value}</Code>;
        return (
          <Text span inherit c="dimmed" fz="xs">
            {fallback === null ? t('notSet') : t('byDefault', { value: fallback })}
          </Text>
        );
      },
    },
    { id: 'service', header: t('column.service'), sortBy: ({ service }) => service, cell: ({ service }) => service },
  ];
}
