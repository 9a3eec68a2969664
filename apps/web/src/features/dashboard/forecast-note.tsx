import { useTranslation } from 'react-i18next';
import { forecast } from './forecast';
import { WEEK_DAYS } from './ranges';
import { formatTime } from '../../ui/time-format';
import { useNow } from '../../ui/use-now';

export interface ForecastNoteProps {
  readonly availableNanos: string;
  readonly spentNanos: bigint;
}

/** When the balance ends at the pace of the last week. */
export function ForecastNote({ availableNanos, spentNanos }: ForecastNoteProps) {
  const { t } = useTranslation('dashboard');
  const expected = forecast(BigInt(availableNanos), spentNanos, WEEK_DAYS, useNow());
  switch (expected.kind) {
    case 'ends':
      return (
        <span data-forecast>
          {expected.days < 1
            ? t('forecast.today')
            : t('forecast.ends', { count: Math.floor(expected.days), date: formatTime(expected.at, 'date') })}
        </span>
      );
    case 'idle':
    case 'empty':
    case 'far':
      return <span data-forecast>{t(`forecast.${expected.kind}`)}</span>;
    default:
      return expected satisfies never;
  }
}
