import { Alert, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { UsageInvoiceLine, UsageRecord } from '@code-router/contracts';
import { TOKEN_CLASSES, UNIT_CLASSES } from '@code-router/money';
import { api } from '../../api/client';
import { Amount } from '../../ui/amount';
import { CopyButton } from '../../ui/copy-button';
import { Facts } from '../../ui/facts';
import { HttpStatus } from '../../ui/http-status';
import { InvoiceLines } from '../../ui/invoice-lines';
import { formatCount, formatDuration } from '../../ui/number-format';
import { ErrorState, LoadingRows } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';

export interface UsageRecordDrawerProps {
  /** Below which the usage is asked: `<account>/usage`. */
  readonly path: string;
  readonly recordId: string | undefined;
  readonly onClose: () => void;
}

/** One request: what was asked, how long it took, and how its amount comes about. */
export function UsageRecordDrawer({ path, recordId, onClose }: UsageRecordDrawerProps) {
  const { t } = useTranslation('usage');
  return (
    <Drawer
      opened={recordId !== undefined}
      onClose={onClose}
      position="right"
      size={620}
      title={t('record.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {recordId === undefined ? null : <RecordDetails path={path} recordId={recordId} />}
    </Drawer>
  );
}

function RecordDetails({ path, recordId }: { readonly path: string; readonly recordId: string }) {
  const { t } = useTranslation('usage');
  const record = useQuery({
    queryKey: [`${path}/${recordId}`],
    queryFn: ({ signal }) => api.get<UsageRecord>(`${path}/${recordId}`, { signal }),
  });
  const invoice = useQuery({
    queryKey: [`${path}/${recordId}/invoice-line`],
    queryFn: ({ signal }) => api.get<UsageInvoiceLine>(`${path}/${recordId}/invoice-line`, { signal }),
  });
  if (record.error) return <ErrorState error={record.error} onRetry={() => void record.refetch()} />;
  if (!record.data) return <LoadingRows rows={10} />;
  const shown = record.data;
  return (
    <Stack gap="lg">
      <Group justify="space-between" wrap="nowrap">
        <Stack gap={2} miw={0}>
          <Text fw={600} truncate>
            {shown.modelAsked}
          </Text>
          <Text size="sm" c="dimmed">
            <Time at={shown.startedAt} format="exact" />
          </Text>
        </Stack>
        <Text fz={22} fw={650}>
          <Amount nanos={shown.amountNanos} />
        </Text>
      </Group>
      {shown.estimated ? <Alert variant="light">{t('record.estimated')}</Alert> : null}
      {shown.outcome === 'orphaned' ? <Alert variant="light">{t('record.orphaned')}</Alert> : null}
      <section>
        <Title order={3} mb="xs">
          {t('record.invoice')}
        </Title>
        {invoice.error ? <ErrorState error={invoice.error} onRetry={() => void invoice.refetch()} /> : null}
        {invoice.data ? <InvoiceLines line={invoice.data} /> : invoice.error ? null : <LoadingRows rows={3} />}
      </section>
      <section>
        <Title order={3} mb="xs">
          {t('record.timing')}
        </Title>
        <Timing record={shown} />
      </section>
      <Facts items={factsOf(shown)} />
    </Stack>
  );

  function factsOf(of: UsageRecord): readonly (readonly [string, ReactNode])[] {
    const optional = (name: string, value: ReactNode | undefined): (readonly [string, ReactNode])[] =>
      value === undefined ? [] : [[name, value] as const];
    return [
      [t('column.status'), <HttpStatus key="status" status={of.httpStatus} errorCode={of.errorCode} />],
      [
        t('record.outcome'),
        <Group key="outcome" gap="xs">
          <StatusBadge tone={of.outcome === 'settled' ? 'good' : 'neutral'}>{t(`outcome.${of.outcome}`)}</StatusBadge>
          {of.clientDisconnected ? <StatusBadge tone="warning">{t('record.disconnected')}</StatusBadge> : null}
        </Group>,
      ],
      [
        t('record.requestId'),
        <Group key="request" gap={4} wrap="nowrap">
          {of.requestId}
          <CopyButton value={of.requestId} />
        </Group>,
      ],
      [t('column.key'), of.keyName],
      [t('record.endpoint'), `${of.endpoint}${of.stream ? ` · ${t('record.stream')}` : ''}`],
      ...optional(t('record.served'), of.modelServed),
      ...optional(t('record.finish'), of.finishReason),
      ...optional(t('record.reasoning'), of.reasoningTokens > 0 ? formatCount(of.reasoningTokens) : undefined),
      ...TOKEN_CLASSES.flatMap((name) => {
        const count = of.tokens[name];
        return count ? [[t('record.tokensOf', { class: t(`ui:class.${name}`) }), formatCount(count)] as const] : [];
      }),
      ...UNIT_CLASSES.flatMap((name) => {
        const count = of.units?.[name];
        return count ? [[t(`ui:class.${name}`), formatCount(count)] as const] : [];
      }),
      ...(of.tries ?? []).map(
        ({ channelName, result, durationMs }, index) =>
          [t('record.try', { number: index + 1 }), `${channelName}: ${result}, ${formatDuration(durationMs)}`] as const,
      ),
      [t('record.priceVersion'), of.priceVersionId],
      ...optional(t('record.ip'), of.clientIp),
      ...optional(t('record.agent'), of.userAgent),
    ];
  }
}

/** When the first byte came, within the whole. */
function Timing({ record }: { readonly record: UsageRecord }) {
  const { t } = useTranslation('usage');
  const { latencyMs, firstByteMs } = record;
  const { output = 0 } = record.tokens;
  const writingMs = firstByteMs === undefined ? 0 : latencyMs - firstByteMs;
  const speed = record.stream && writingMs > 0 && output > 1 ? (output / writingMs) * 1_000 : undefined;
  return (
    <Facts
      items={[
        [t('record.firstByte'), firstByteMs === undefined ? '—' : formatDuration(firstByteMs)],
        [t('record.whole'), formatDuration(latencyMs)],
        ...(speed === undefined
          ? []
          : [[t('record.speed'), t('record.perSecond', { count: Math.round(speed) })] as const]),
      ]}
    />
  );
}
