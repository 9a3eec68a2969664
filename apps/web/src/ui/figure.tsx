import { Paper, Skeleton, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './figure.module.css';

export interface FigureProps {
  readonly label: string;
  /** Undefined while it is not known. */
  readonly value: ReactNode | undefined;
  readonly note?: ReactNode;
}

/** One number that matters, with its name and a note. */
export function Figure({ label, value, note }: FigureProps) {
  return (
    <Paper className={classes.figure}>
      <Text size="sm" c="dimmed" className={classes.label}>
        {label}
      </Text>
      <div className={classes.value}>{value ?? <Skeleton height={28} width={96} />}</div>
      {note === undefined ? null : (
        <Text size="xs" c="dimmed" component="div">
          {note}
        </Text>
      )}
    </Paper>
  );
}

/** Figures side by side, as many as fit. */
export function Figures({ children }: { readonly children: ReactNode }) {
  return <div className={classes.figures}>{children}</div>;
}
