import { Text } from '@mantine/core';
import { IconBan, IconCheck, IconPencil, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { CellNote, type Column } from '../../ui/data-table';
import { formatCount, formatDuration, formatShare } from '../../ui/number-format';
import { RowMenu } from '../../ui/row-menu';
import { StatusBadge, type Tone } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { nameOfKey, type ChannelTest, type ProviderKey, type ProviderKeyHealth } from './channel';

export interface ProviderKeyRow extends ProviderKey {
  readonly health: ProviderKeyHealth | undefined;
  /** What came of the last test while this is open. */
  readonly test: ChannelTest | undefined;
}

const TONES: Readonly<Record<ProviderKeyHealth['state'], Tone>> = {
  healthy: 'good',
  failing: 'warning',
  resting: 'bad',
  disabled: 'neutral',
};

type KeyAction = (row: ProviderKeyRow) => void;

export function providerKeyColumns(
  t: TFunction<'admin-channels'>,
  on: Readonly<Record<'test' | 'edit' | 'enable' | 'disable' | 'remove', KeyAction>>,
): readonly Column<ProviderKeyRow>[] {
  return [
    {
      id: 'key',
      header: t('field.apiKey'),
      cell: ({ label, hint }) => (
        <>
          {label === null ? null : (
            <Text span inherit fw={550} display="block">
              {label}
            </Text>
          )}
          <Text span inherit ff="monospace" fz="xs">
            {hint}
          </Text>
        </>
      ),
    },
    { id: 'state', header: t('column.state'), cell: (row) => <KeyState row={row} /> },
    {
      id: 'requests',
      header: t('column.requests'),
      align: 'end',
      cell: ({ health }) => (
        <>
          {formatCount(health?.requests ?? 0)}
          {health && health.failures > 0 ? (
            <CellNote>{t('failed', { share: formatShare(health.failures / health.requests) })}</CellNote>
          ) : null}
        </>
      ),
    },
    {
      id: 'used',
      header: t('keys.lastUsed'),
      cell: ({ health }) => (health?.lastUsedAt ? <Time at={health.lastUsedAt} format="relative" /> : '—'),
    },
    {
      id: 'actions',
      header: t('column.actions'),
      isActions: true,
      cell: (row) => (
        <RowMenu
          label={t('actionsOf', { name: nameOfKey(row) })}
          actions={[
            { label: t('action.test'), icon: IconPlayerPlay, onClick: () => on.test(row) },
            { label: t('action.edit'), icon: IconPencil, onClick: () => on.edit(row) },
            ...(row.status === 'disabled' || row.health?.state === 'resting'
              ? [
                  {
                    label: t(row.status === 'disabled' ? 'action.enable' : 'keys.useAgain'),
                    icon: IconCheck,
                    onClick: () => on.enable(row),
                  },
                ]
              : []),
            ...(row.status === 'active'
              ? [{ label: t('action.disable'), icon: IconBan, onClick: () => on.disable(row) }]
              : []),
            { label: t('keys.remove'), icon: IconTrash, isDangerous: true, onClick: () => on.remove(row) },
          ]}
        />
      ),
    },
  ];
}

/** How a key does, why it gets no requests, what went wrong last, and what came of a test. */
function KeyState({ row }: { readonly row: ProviderKeyRow }) {
  const { t } = useTranslation('admin-channels');
  const { health, status, disabledFor, disabledAt, test } = row;
  const state = status === 'disabled' ? 'disabled' : (health?.state ?? 'healthy');
  const isUnused = state === 'healthy' && (health?.lastUsedAt ?? null) === null;
  // One thing beside its label, where a row is a card.
  return (
    <div>
      <StatusBadge tone={isUnused ? 'neutral' : TONES[state]}>{t(`state.${isUnused ? 'unused' : state}`)}</StatusBadge>
      {disabledFor === null ? null : (
        <CellNote>
          {t('keys.disabledFor', { status: disabledFor })} <Time at={disabledAt} format="relative" />
        </CellNote>
      )}
      {health?.restsUntil ? (
        <CellNote>
          {t('restsUntil')} <Time at={health.restsUntil} format="hour" />
        </CellNote>
      ) : null}
      {health?.lastErrorAt ? (
        <CellNote>
          {t('keys.lastError')}: {health.lastErrorStatus ?? ''} {health.lastErrorCode} ·{' '}
          <Time at={health.lastErrorAt} format="relative" />
        </CellNote>
      ) : null}
      {test ? <CellNote>{testNote(t, test)}</CellNote> : null}
    </div>
  );
}

function testNote(t: TFunction<'admin-channels'>, { ok, latencyMs, message, httpStatus }: ChannelTest): string {
  if (ok) return `${t('test.ok')}: ${formatDuration(latencyMs)}`;
  return [`${t('test.failed')}:`, httpStatus ?? '', message ?? ''].join(' ');
}
