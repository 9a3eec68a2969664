import { currentLocale } from '../i18n/i18n';
import { distanceFormat, timeFormat } from '../i18n/intl';

const STYLES = {
  date: { dateStyle: 'medium' },
  dateTime: { dateStyle: 'medium', timeStyle: 'short' },
  /** With seconds, for logs. */
  exact: { dateStyle: 'medium', timeStyle: 'medium' },
  /** A line of a log. */
  log: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  /** For the axis of a chart. */
  day: { month: 'short', day: 'numeric' },
  hour: { hour: '2-digit', minute: '2-digit' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

export type TimeStyle = keyof typeof STYLES;

/** A moment in the reader's time zone. */
export function formatTime(moment: string | Date, style: TimeStyle = 'dateTime'): string {
  return timeFormat(currentLocale(), STYLES[style]).format(new Date(moment));
}

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** "3 minutes ago", "in 2 days". */
export function formatRelative(moment: string | Date, now = new Date()): string {
  const seconds = Math.round((new Date(moment).getTime() - now.getTime()) / 1_000);
  const [unit, size] = STEPS.find(([, step]) => Math.abs(seconds) >= step) ?? ['second', 1];
  return distanceFormat(currentLocale(), { numeric: 'auto' }).format(Math.trunc(seconds / size), unit);
}
