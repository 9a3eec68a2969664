import { Badge, type MantineColor } from '@mantine/core';
import type { ReactNode } from 'react';

export type Tone = 'good' | 'warning' | 'bad' | 'neutral' | 'info';

const COLORS: Readonly<Record<Tone, MantineColor>> = {
  good: 'teal',
  warning: 'yellow',
  bad: 'red',
  neutral: 'gray',
  info: 'blue',
};

/** A word for a state. Its colour never says anything that the word does not. */
export function StatusBadge({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <Badge miw="max-content" variant="light" color={COLORS[tone]} radius="sm" tt="none" fw={550}>
      {children}
    </Badge>
  );
}
