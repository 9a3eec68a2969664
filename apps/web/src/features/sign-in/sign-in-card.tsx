import { Paper, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useSite } from '../../api/site';
import classes from './sign-in-card.module.css';

export interface SignInCardProps {
  readonly title: string;
  readonly description: string;
  readonly children: ReactNode;
  /** What leads elsewhere, below. */
  readonly footer: ReactNode;
}

export function SignInCard({ title, description, children, footer }: SignInCardProps) {
  const { name } = useSite();
  useDocumentTitle(`${title} · ${name}`);
  return (
    <div className={classes.place}>
      <Paper className={classes.card}>
        <Stack gap={4} mb="lg">
          <Title order={1}>{title}</Title>
          <Text c="dimmed" size="sm">
            {description}
          </Text>
        </Stack>
        {children}
      </Paper>
      <Text size="sm" c="dimmed" ta="center" mt="md" component="div">
        {footer}
      </Text>
    </div>
  );
}
