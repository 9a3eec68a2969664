import { Text } from '@mantine/core';
import { IconBan, IconCheck, IconKey, IconPencil, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../ui/amount';
import { CellNote, type Column } from '../../ui/data-table';
import { marginShare } from '../../ui/margin';
import { formatCount, formatDuration, formatShare } from '../../ui/number-format';
import { RowMenu } from '../../ui/row-menu';
import { Time } from '../../ui/time';
import type { Channel, ChannelHealth } from './channel';
import { ChannelState } from './channel-state';
import type { ChannelSums } from './use-channel-margins';

export interface ChannelRow extends Channel {
  readonly health: ChannelHealth | undefined;
  readonly sums: ChannelSums | undefined;
}

type ChannelAction = (row: ChannelRow) => void;

export function channelColumns(
  t: TFunction<'admin-channels'>,
  on: Readonly<Record<'test' | 'keys' | 'edit' | 'enable' | 'disable' | 'delete', ChannelAction>>,
): readonly Column<ChannelRow>[] {
  return [
    {
      id: 'name',
      header: t('field.name'),
      sortBy: ({ name }) => name,
      cell: ({ name, provider, baseUrl }) => (
        <>
          <Text span inherit fw={550}>
            {name}
          </Text>
          <CellNote>{provider === 'demo' ? t('provider.demo') : baseUrl.replace(/^https?:\/\//, '')}</CellNote>
        </>
      ),
    },
    { id: 'state', header: t('column.state'), cell: (row) => <ChannelState channel={row} health={row.health} /> },
    {
      id: 'models',
      header: t('field.models'),
      align: 'end',
      sortBy: ({ models }) => models.length,
      cell: ({ models }) => <span title={models.map(({ name }) => name).join('\n')}>{formatCount(models.length)}</span>,
    },
    {
      id: 'groups',
      header: t('field.groups'),
      hideOnPhone: true,
      cell: ({ groups }) =>
        groups === null ? (
          <Text span inherit c="dimmed">
            {t('allGroups')}
          </Text>
        ) : (
          groups.join(', ')
        ),
    },
    {
      id: 'order',
      header: t('column.order'),
      align: 'end',
      hideOnPhone: true,
      sortBy: ({ priority }) => priority,
      cell: ({ priority, weight }) => t('priorityWeight', { priority, weight }),
    },
    {
      id: 'requests',
      header: t('column.requests'),
      align: 'end',
      sortBy: (row) => row.health?.requests ?? 0,
      cell: (row) => (
        <>
          {formatCount(row.health?.requests ?? 0)}
          {row.health && row.health.failures > 0 ? (
            <CellNote>{t('failed', { share: formatShare(row.health.failures / row.health.requests) })}</CellNote>
          ) : null}
        </>
      ),
    },
    {
      id: 'latency',
      header: t('column.latency'),
      align: 'end',
      sortBy: (row) => row.health?.latencyMsP50 ?? 0,
      cell: (row) => <Latency health={row.health} />,
    },
    {
      id: 'key',
      header: t('column.key'),
      hideOnPhone: true,
      cell: (row) => <Keys row={row} />,
    },
    {
      id: 'margin',
      header: t('column.margin'),
      align: 'end',
      sortBy: ({ sums }) => sums?.amountNanos ?? 0n,
      cell: (row) => <Margin row={row} />,
    },
    {
      id: 'actions',
      header: t('column.actions'),
      isActions: true,
      cell: (row) => (
        <RowMenu
          label={t('actionsOf', { name: row.name })}
          actions={[
            { label: t('action.test'), icon: IconPlayerPlay, onClick: () => on.test(row) },
            ...(row.provider === 'demo'
              ? []
              : [{ label: t('action.keys'), icon: IconKey, onClick: () => on.keys(row) }]),
            { label: t('action.edit'), icon: IconPencil, onClick: () => on.edit(row) },
            row.status === 'active'
              ? { label: t('action.disable'), icon: IconBan, onClick: () => on.disable(row) }
              : {
                  label: t('action.enable'),
                  icon: IconCheck,
                  onClick: () => on.enable(row),
                },
            { label: t('action.delete'), icon: IconTrash, isDangerous: true, onClick: () => on.delete(row) },
          ]}
        />
      ),
    },
  ];
}

/** The one key, or how many there are and how many of them get no requests. */
function Keys({ row: { keys, provider, health } }: { readonly row: ChannelRow }) {
  const { t } = useTranslation('admin-channels');
  const disabled = keys.filter(({ status }) => status === 'disabled').length;
  const resting = health?.keys.filter(({ state }) => state === 'resting').length ?? 0;
  const [first] = keys;
  return (
    <>
      {keys.length > 1 ? (
        t('keyCount', { count: keys.length })
      ) : (
        <Text span inherit {...(first ? { ff: 'monospace', fz: 'xs' } : { c: 'dimmed' })}>
          {first?.hint ?? (provider === 'demo' ? t('keyNotNeeded') : t('keyNone'))}
        </Text>
      )}
      {health?.keyRefusedAt ? (
        <Text span inherit c="var(--cr-bad)" display="block">
          {t('keyRefused')} <Time at={health.keyRefusedAt} format="relative" />
        </Text>
      ) : null}
      {disabled > 0 ? <CellNote>{t('keysDisabled', { count: disabled })}</CellNote> : null}
      {keys.length > 1 && resting > 0 ? <CellNote>{t('keysResting', { count: resting })}</CellNote> : null}
    </>
  );
}

function Latency({ health }: { readonly health: ChannelHealth | undefined }) {
  const { t } = useTranslation('admin-channels');
  const { latencyMsP50 = null, latencyMsP95 = null } = health ?? {};
  if (latencyMsP50 === null) return <>—</>;
  return (
    <>
      {formatDuration(latencyMsP50)}
      {latencyMsP95 === null ? null : <CellNote>{t('p95', { duration: formatDuration(latencyMsP95) })}</CellNote>}
    </>
  );
}

function Margin({ row: { sums, costMultiplierMillionths } }: { readonly row: ChannelRow }) {
  const { t } = useTranslation('admin-channels');
  if (!sums || sums.requests === 0) return <>—</>;
  const share =
    (costMultiplierMillionths ?? null) === null
      ? null
      : marginShare(sums.amountNanos.toString(), sums.costNanos.toString());
  return (
    <>
      <Amount nanos={sums.amountNanos} />
      <CellNote>{share === null ? t('costUnknown') : t('marginOf', { share: formatShare(share) })}</CellNote>
    </>
  );
}
