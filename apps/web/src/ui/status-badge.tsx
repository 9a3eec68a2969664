import type { ReactNode } from 'react';
import classes from './status-badge.module.css';

export type Tone = 'good' | 'warning' | 'bad' | 'neutral' | 'info';

/** A word for a state. Its colour never says anything that the word does not. */
export function StatusBadge({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={classes.badge} data-tone={tone}>
      {children}
    </span>
  );
}
