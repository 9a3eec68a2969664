import { currentLocale } from '../i18n/i18n';
import { numberFormat } from '../i18n/intl';

/** A count with grouped digits. */
export function formatCount(count: number | string | bigint): string {
  return numberFormat(currentLocale()).format(typeof count === 'string' ? BigInt(count) : count);
}

/** A count for a figure or an axis: "1.2K", "3.4M". */
export function formatCompact(count: number | string): string {
  return numberFormat(currentLocale(), { notation: 'compact', maximumFractionDigits: 1 }).format(Number(count));
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A size: "0 bytes", "1.1 GB". Its steps are those of its units in every language: Chinese counts in 10,000s otherwise. */
export function formatBytes(bytes: number): string {
  let step = 0;
  while (step < BYTE_UNITS.length - 1 && bytes >= 1000 ** (step + 1)) step += 1;
  return numberFormat(currentLocale(), {
    style: 'unit',
    unit: BYTE_UNITS[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** step);
}

/** A share of 0 to 1 as a percentage. */
export function formatShare(share: number): string {
  return numberFormat(currentLocale(), {
    style: 'percent',
    maximumFractionDigits: share < 0.1 ? 2 : 1,
  }).format(share);
}

/** "840 ms", or "2.4 s". */
export function formatDuration(ms: number): string {
  const seconds = ms >= 1_000;
  return numberFormat(currentLocale(), {
    style: 'unit',
    unit: seconds ? 'second' : 'millisecond',
    unitDisplay: 'short',
    maximumFractionDigits: seconds && ms < 100_000 ? 1 : 0,
  }).format(seconds ? ms / 1_000 : ms);
}
