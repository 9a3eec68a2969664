import { Button, Group, Stack } from '@mantine/core';
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '../ui/page-header';
import { ErrorState } from '../ui/states';

/** In place of a page that failed. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation('app');
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Stack gap="md">
      <PageHeader title={t('failed.title')} />
      <ErrorState error={error} onRetry={retry} />
      <Group>
        <Button variant="default" onClick={() => window.location.reload()}>
          {t('failed.reload')}
        </Button>
      </Group>
    </Stack>
  );
}
