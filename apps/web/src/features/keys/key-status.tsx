import { useTranslation } from 'react-i18next';
import type { MemberKey } from '@code-router/contracts';
import { StatusBadge, type Tone } from '../../ui/status-badge';
import { useNow } from '../../ui/use-now';

const TONES = { active: 'good', disabled: 'warning', revoked: 'neutral', expired: 'bad' } as const satisfies Record<
  string,
  Tone
>;

export function KeyStatusBadge({ of: { status, expiresAt } }: { readonly of: MemberKey }) {
  const { t } = useTranslation('keys');
  const now = useNow();
  const isExpired = status === 'active' && expiresAt !== null && new Date(expiresAt) <= now;
  const shown = isExpired ? 'expired' : status;
  return <StatusBadge tone={TONES[shown]}>{t(`status.${shown}`)}</StatusBadge>;
}
