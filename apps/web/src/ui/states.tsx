import { Alert, Button, Group, Skeleton, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from './describe-error';

export interface EmptyStateProps {
  readonly icon?: Icon;
  readonly title: string;
  /** What comes next. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** What stands where there is nothing yet, and says what comes next. */
export function EmptyState({ icon: IconOf, title, children, action }: EmptyStateProps) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      {IconOf ? (
        <ThemeIcon variant="light" size={44} radius="xl" aria-hidden>
          <IconOf size={22} stroke={1.6} />
        </ThemeIcon>
      ) : null}
      <Text fw={600}>{title}</Text>
      {children === undefined ? null : (
        <Text c="dimmed" size="sm" maw={460} component="div">
          {children}
        </Text>
      )}
      {action === undefined ? null : <Group mt="xs">{action}</Group>}
    </Stack>
  );
}

export interface ErrorStateProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** Says what went wrong and what to do. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const { t } = useTranslation('ui');
  const { title, advice, reference } = describeError(error, t);
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={title} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {advice}
        </Text>
        {reference === null ? null : (
          <Text size="xs" c="dimmed">
            {t('error.reference', { reference })}
          </Text>
        )}
        {onRetry ? (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t('error.retry')}
          </Button>
        ) : null}
      </Stack>
    </Alert>
  );
}

/** Lines where a list is going to be. */
export function LoadingRows({ rows = 4 }: { readonly rows?: number }) {
  const { t } = useTranslation('ui');
  return (
    <Stack gap="sm" p="md" role="status" aria-label={t('loading')}>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={18} width={`${92 - ((index * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}
