import type { PaymentStatus } from '@code-router/contracts';
import type { Tone } from '../../ui/status-badge';

export const PAYMENT_TONES: Readonly<Record<PaymentStatus, Tone>> = {
  open: 'info',
  paid: 'good',
  expired: 'neutral',
  mismatched: 'bad',
};
