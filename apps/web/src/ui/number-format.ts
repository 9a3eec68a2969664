import { currentLocale } from '../i18n/i18n';

/** A count with grouped digits. */
export function formatCount(count: number | string | bigint): string {
  return new Intl.NumberFormat(currentLocale()).format(typeof count === 'string' ? BigInt(count) : count);
}

/** A count for a figure or an axis: "1.2K", "3.4M". */
export function formatCompact(count: number | string): string {
  return new Intl.NumberFormat(currentLocale(), { notation: 'compact', maximumFractionDigits: 1 }).format(
    Number(count),
  );
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A size: "0 byte", "1.1 GB". Its steps are those of its units in every language: Chinese counts in 10,000s otherwise. */
export function formatBytes(bytes: number): string {
  let step = 0;
  while (step < BYTE_UNITS.length - 1 && bytes >= 1000 ** (step + 1)) step += 1;
  return new Intl.NumberFormat(currentLocale(), {
    style: 'unit',
    unit: BYTE_UNITS[step] ?? 'byte',
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** step);
}

/** A share of 0 to 1 as a percentage. */
export function formatShare(share: number): string {
  return new Intl.NumberFormat(currentLocale(), {
    style: 'percent',
    maximumFractionDigits: share < 0.1 ? 2 : 1,
  }).format(share);
}

/** "840 ms", or "2.4 s". */
export function formatDuration(ms: number): string {
  const seconds = ms >= 1_000;
  return new Intl.NumberFormat(currentLocale(), {
    style: 'unit',
    unit: seconds ? 'second' : 'millisecond',
    unitDisplay: 'short',
    maximumFractionDigits: seconds && ms < 100_000 ? 1 : 0,
  }).format(seconds ? ms / 1_000 : ms);
}
