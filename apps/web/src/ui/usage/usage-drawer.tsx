import { Alert, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RefundedAmount, UsageInvoiceLine, UsageRecord } from '@code-router/contracts';
import { api } from '../../api/client';
import { Amount } from '../amount';
import { Facts } from '../facts';
import { InvoiceLines } from '../invoice-lines';
import { formatDuration } from '../number-format';
import { ErrorState, LoadingRows } from '../states';
import { Time } from '../time';
import { useUsageFacts } from './usage-facts';
import { UsageTries } from './usage-tries';

export interface UsageDrawerProps {
  /** Below which the records are asked for: `/api/usage`, or that of an account. */
  readonly path: string;
  /** Undefined: nothing is shown. */
  readonly recordId: string | undefined;
  /** For operators, who see whose request it was, its channels, and what the provider asks. */
  readonly isOperator?: boolean;
  readonly onClose: () => void;
  /** What can be done with the record. */
  readonly renderActions?: ((record: UsageRecord) => ReactNode) | undefined;
}

/** One request: what was asked, how long it took, and how its amount comes about. */
export function UsageDrawer({ recordId, onClose, ...details }: UsageDrawerProps) {
  const { t } = useTranslation('ui');
  return (
    <Drawer
      opened={recordId !== undefined}
      onClose={onClose}
      position="right"
      size={620}
      title={t('usage.request')}
      closeButtonProps={{ 'aria-label': t('form.close') }}
    >
      {recordId === undefined ? null : <RecordDetails recordId={recordId} {...details} />}
    </Drawer>
  );
}

type RecordDetailsProps = Omit<UsageDrawerProps, 'onClose' | 'recordId'> & { readonly recordId: string };

function RecordDetails({ path, recordId, isOperator = false, renderActions }: RecordDetailsProps) {
  const { t } = useTranslation('ui');
  const record = useQuery({
    queryKey: [`${path}/${recordId}`],
    queryFn: ({ signal }) =>
      api.get<UsageRecord & { readonly refundedNanos: RefundedAmount['refundedNanos'] | null }>(`${path}/${recordId}`, {
        signal,
      }),
  });
  const invoice = useQuery({
    queryKey: [`${path}/${recordId}/invoice-line`],
    queryFn: ({ signal }) => api.get<UsageInvoiceLine>(`${path}/${recordId}/invoice-line`, { signal }),
  });
  const factsOf = useUsageFacts(isOperator);
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
      {BigInt(shown.refundedNanos ?? 0) > 0n ? (
        <Alert color="yellow">
          {t('usage.refunded')} <Amount nanos={shown.refundedNanos ?? '0'} exact />
        </Alert>
      ) : null}
      {renderActions?.(shown)}
      {shown.estimated ? <Alert variant="light">{t('usage.estimated')}</Alert> : null}
      {shown.outcome === 'orphaned' ? <Alert variant="light">{t('usage.orphanedMeaning')}</Alert> : null}
      <Section title={t('usage.invoice')}>
        {invoice.error ? <ErrorState error={invoice.error} onRetry={() => void invoice.refetch()} /> : null}
        {invoice.data ? <InvoiceLines line={invoice.data} /> : invoice.error ? null : <LoadingRows rows={3} />}
      </Section>
      <Section title={t('usage.timing')}>
        <Timing record={shown} />
      </Section>
      {shown.tries === undefined || shown.tries.length === 0 ? null : (
        <Section title={t('usage.tries')}>
          <UsageTries tries={shown.tries} />
        </Section>
      )}
      <Facts items={factsOf(shown)} />
    </Stack>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <Title order={3} mb="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}

/** When the first byte came, within the whole. */
function Timing({ record }: { readonly record: UsageRecord }) {
  const { t } = useTranslation('ui');
  const { latencyMs, firstByteMs } = record;
  const { output = 0 } = record.tokens;
  const writingMs = firstByteMs === undefined ? 0 : latencyMs - firstByteMs;
  const speed = record.stream && writingMs > 0 && output > 1 ? (output / writingMs) * 1_000 : undefined;
  return (
    <Facts
      items={[
        [t('usage.firstByte'), firstByteMs === undefined ? '—' : formatDuration(firstByteMs)],
        [t('usage.whole'), formatDuration(latencyMs)],
        ...(speed === undefined
          ? []
          : [[t('usage.speed'), t('usage.perSecond', { count: Math.round(speed) })] as const]),
      ]}
    />
  );
}
