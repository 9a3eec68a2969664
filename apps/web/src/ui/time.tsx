import { Text, type TextProps } from '@mantine/core';
import { formatRelative, formatTime, type TimeStyle } from './time-format';

export interface TimeProps extends TextProps {
  readonly at: string | null | undefined;
  /** `relative`: "3 minutes ago", with the moment as its title. */
  readonly format?: TimeStyle | 'relative';
  /** What stands where there is no moment. */
  readonly absent?: string;
}

/** A moment in the reader's time zone and language. */
export function Time({ at, format = 'dateTime', absent = '—', ...text }: TimeProps) {
  if (at === null || at === undefined) {
    return (
      <Text span inherit c="dimmed" {...text}>
        {absent}
      </Text>
    );
  }
  return (
    <Text
      span
      inherit
      {...text}
      renderRoot={(props) => <time dateTime={at} {...props} />}
      title={formatTime(at, 'exact')}
    >
      {format === 'relative' ? formatRelative(at) : formatTime(at, format)}
    </Text>
  );
}
