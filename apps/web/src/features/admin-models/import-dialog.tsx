import {
  Alert,
  Button,
  Checkbox,
  FileButton,
  Group,
  Loader,
  Modal,
  Select,
  Stack,
  Table,
  Text,
  Textarea,
} from '@mantine/core';
import { IconAlertTriangle, IconUpload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportPriceListReply, PriceListChange, PriceListFormat } from '@code-router/contracts';
import { api } from '../../api/client';
import { notifyDone } from '../../ui/notify';
import { ErrorState } from '../../ui/states';
import { StatusBadge, type Tone } from '../../ui/status-badge';
import { invalidate } from '../../ui/use-submit';
import { MODELS } from './model-list';

type Source = PriceListFormat | 'starter';

const SOURCES: readonly Source[] = ['starter', 'code-router-json', 'code-router-csv', 'litellm', 'openrouter'];
const TONES: Readonly<Record<PriceListChange['kind'], Tone>> = {
  created: 'good',
  priced: 'info',
  updated: 'info',
  unchanged: 'neutral',
  skipped: 'warning',
};
const KINDS = ['created', 'priced', 'updated', 'skipped', 'unchanged'] as const;

/** Imports a price list: first it is shown what would change, then it is changed, all of it or nothing. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('admin-models');
  const { t: tUi } = useTranslation('ui');
  const [source, setSource] = useState<Source>('starter');
  const [content, setContent] = useState('');
  const [isConfirmed, setConfirmed] = useState(false);
  const ask = (dryRun: boolean) =>
    source === 'starter'
      ? api.post<ImportPriceListReply>('/api/price-list/starter', { dryRun })
      : api.post<ImportPriceListReply>('/api/price-list/import', {
          format: source,
          content,
          dryRun,
          // The dry run says which prices need it.
          ...(dryRun || isConfirmed ? { confirmed: true } : {}),
        });
  const preview = useMutation({ mutationFn: () => ask(true) });
  const apply = useMutation({
    mutationFn: () => ask(false),
    onSuccess: async ({ counts }) => {
      await invalidate([MODELS, '/api/price-list', '/api/prices', '/api/catalog']);
      notifyDone(t('import.done', { created: counts.created, priced: counts.priced, updated: counts.updated }));
      onClose();
    },
  });
  const forget = () => {
    preview.reset();
    apply.reset();
    setConfirmed(false);
  };
  const { data } = preview;
  const changes = data ? data.counts.created + data.counts.priced + data.counts.updated : 0;
  const needsConfirmation = (data?.unconfirmed.length ?? 0) > 0;
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={t('import.title')}
      closeButtonProps={{ 'aria-label': tUi('form.close') }}
    >
      <Stack gap="md">
        <Select
          label={t('import.source')}
          data={SOURCES.map((value) => ({ value, label: t(`import.from.${value}`) }))}
          value={source}
          allowDeselect={false}
          onChange={(value) => {
            setSource(SOURCES.find((known) => known === value) ?? 'starter');
            forget();
          }}
        />
        {source === 'starter' ? (
          <Text size="sm" c="dimmed">
            {t('import.starterHint')}
          </Text>
        ) : (
          <>
            <Textarea
              label={t('import.content')}
              description={t('import.contentHint')}
              rows={6}
              value={content}
              onChange={(event) => {
                setContent(event.currentTarget.value);
                forget();
              }}
            />
            <Group>
              <FileButton
                accept=".json,.csv,text/csv,application/json"
                onChange={(file) =>
                  void file?.text().then((text) => {
                    setContent(text);
                    forget();
                  })
                }
              >
                {(props) => (
                  <Button {...props} size="xs" variant="default" leftSection={<IconUpload size={14} />}>
                    {t('import.file')}
                  </Button>
                )}
              </FileButton>
            </Group>
          </>
        )}
        {preview.isPending || apply.isPending ? (
          <Group gap="sm" role="status">
            <Loader size="sm" />
            <Text size="sm">{preview.isPending ? t('import.comparing') : t('import.applying')}</Text>
          </Group>
        ) : null}
        {preview.error ? <ErrorState error={preview.error} /> : null}
        {data ? <Changes reply={data} /> : null}
        {needsConfirmation ? (
          <Alert color="yellow" icon={<IconAlertTriangle size={18} />} title={t('import.guard')}>
            <Text size="sm" mb="xs">
              {data?.unconfirmed.join(', ')}
            </Text>
            <Checkbox
              label={t('price.confirm')}
              checked={isConfirmed}
              onChange={(event) => setConfirmed(event.currentTarget.checked)}
            />
          </Alert>
        ) : null}
        {apply.error ? <ErrorState error={apply.error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          {data ? (
            <Button
              disabled={changes === 0 || (needsConfirmation && !isConfirmed)}
              loading={apply.isPending}
              onClick={() => apply.mutate()}
            >
              {t('import.apply', { count: changes })}
            </Button>
          ) : (
            <Button
              disabled={source !== 'starter' && content.trim() === ''}
              loading={preview.isPending}
              onClick={() => preview.mutate()}
            >
              {t('import.preview')}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function Changes({ reply }: { readonly reply: ImportPriceListReply }) {
  const { t } = useTranslation('admin-models');
  const shown = reply.changes.filter(({ kind }) => kind !== 'unchanged');
  return (
    <Stack gap="xs" aria-live="polite">
      <Group gap="xs">
        {KINDS.map((kind) => (
          <StatusBadge key={kind} tone={TONES[kind]}>
            {t(`import.count.${kind}`, { number: reply.counts[kind] })}
          </StatusBadge>
        ))}
      </Group>
      {shown.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('import.nothing')}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={420} maxHeight={320}>
          <Table fz="sm" stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('column.model')}</Table.Th>
                <Table.Th>{t('import.differences')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map(({ model, kind, differences }) => (
                <Table.Tr key={model}>
                  <Table.Td>
                    {model} <StatusBadge tone={TONES[kind]}>{t(`import.kind.${kind}`)}</StatusBadge>
                  </Table.Td>
                  <Table.Td>{differences.join('; ')}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}
