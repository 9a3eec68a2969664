import { Group, Paper, Stack, Text, Title, type PaperProps } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './panel.module.css';

export interface PanelProps extends PaperProps {
  /** What an address leads to it by. */
  readonly id?: string;
  readonly title?: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** Without room around its content, for tables. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A part of a page with a border around it. */
export function Panel({ title, description, actions, flush = false, children, ...paper }: PanelProps) {
  return (
    <Paper component="section" {...paper} className={classes.panel} data-flush={flush || undefined}>
      {title === undefined ? null : (
        <Group className={classes.head} justify="space-between" align="center" wrap="wrap" gap="sm">
          <Stack gap={2}>
            <Title order={2}>{title}</Title>
            {description === undefined ? null : (
              <Text size="sm" c="dimmed">
                {description}
              </Text>
            )}
          </Stack>
          {actions === undefined ? null : <Group gap="xs">{actions}</Group>}
        </Group>
      )}
      <div className={classes.body}>{children}</div>
    </Paper>
  );
}
