import { useTranslation } from 'react-i18next';
import { CellNote } from '../../ui/data-table';
import { StatusBadge, type Tone } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import type { Channel, ChannelHealth } from './channel';

const TONES: Readonly<Record<ChannelHealth['state'], Tone>> = {
  healthy: 'good',
  failing: 'warning',
  resting: 'bad',
  unusable: 'bad',
};

export interface ChannelStateProps {
  readonly channel: Channel;
  readonly health: ChannelHealth | undefined;
}

/** Whether a channel gets requests, and how they fare. */
export function ChannelState({ channel, health }: ChannelStateProps) {
  const { t } = useTranslation('admin-channels');
  if (channel.status === 'disabled') return <StatusBadge tone="neutral">{t('state.disabled')}</StatusBadge>;
  if (!health || (health.requests === 0 && health.state === 'healthy')) {
    return <StatusBadge tone="neutral">{t('state.unused')}</StatusBadge>;
  }
  // One thing beside its label, where a row is a card.
  return (
    <div>
      <StatusBadge tone={TONES[health.state]}>{t(`state.${health.state}`)}</StatusBadge>
      {health.reason === null || health.reason === 'failed_repeatedly' ? null : (
        <CellNote>{t(`reason.${health.reason}`)}</CellNote>
      )}
      {health.state !== 'healthy' && health.lastErrorCode ? (
        <CellNote>
          {health.lastErrorCode} · <Time at={health.lastErrorAt} format="relative" />
        </CellNote>
      ) : null}
      {health.state === 'resting' ? (
        <CellNote>
          {t('restsUntil')} <Time at={health.restsUntil} format="hour" />
        </CellNote>
      ) : null}
    </div>
  );
}
