import { Paper, Skeleton, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './figure.module.css';

export interface FigureProps {
  readonly label: string;
  /** Undefined while it is not known. */
  readonly value: ReactNode | undefined;
  /** Null while it is not known: its line is kept free, so that nothing moves when it comes. */
  readonly note?: ReactNode;
  /** For tests to find it by, in every language. */
  readonly name?: string;
}

/** One number that matters, with its name and a note. */
export function Figure({ label, value, note, name }: FigureProps) {
  return (
    <Paper className={classes.figure} data-figure={name}>
      <Text size="sm" c="dimmed" className={classes.label}>
        {label}
      </Text>
      <div className={classes.value}>{value ?? <Skeleton height={28} width={96} />}</div>
      {note === undefined ? null : (
        <Text size="xs" c="dimmed" component="div">
          {note ?? '\u00a0'}
        </Text>
      )}
    </Paper>
  );
}

export interface FiguresProps {
  readonly children: ReactNode;
  /** Four beside each other at most: for many, so that the last row is not left half empty. */
  readonly byFour?: boolean;
}

/** Figures side by side, as many as fit. */
export function Figures({ children, byFour = false }: FiguresProps) {
  return (
    <div className={classes.figures} data-by-four={byFour || undefined}>
      {children}
    </div>
  );
}
