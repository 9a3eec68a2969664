import { formatRelative, formatTime, type TimeStyle } from './time-format';
import classes from './time.module.css';

export interface TimeProps {
  readonly at: string | null | undefined;
  /** `relative`: "3 minutes ago", with the moment as its title. */
  readonly format?: TimeStyle | 'relative';
  /** What stands where there is no moment. */
  readonly absent?: string;
}

/** A moment in the reader's time zone and language. */
export function Time({ at, format = 'dateTime', absent = '—' }: TimeProps) {
  if (at === null || at === undefined) return <span className={classes.absent}>{absent}</span>;
  return (
    <time className={classes.time} dateTime={at} title={formatTime(at, 'exact')}>
      {format === 'relative' ? formatRelative(at) : formatTime(at, format)}
    </time>
  );
}
