import { Alert, Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { notifyError } from '../../ui/notify';
import { Panel } from '../../ui/panel';

const route = getRouteApi('/console/profile');

/** Links an identity of the configured provider to this user; the provider sends the browser back here. */
export function SingleSignOn() {
  const { t } = useTranslation('profile');
  const { t: tUi } = useTranslation('ui');
  const { linked, error } = route.useSearch();
  const link = useMutation({
    mutationFn: () => api.post<{ readonly url: string }>('/api/auth/oidc/link', { returnTo: '/profile?linked=yes' }),
    onSuccess: ({ url }) => window.location.assign(url),
    onError: notifyError,
  });
  return (
    <Panel title={t('sso.title')} description={t('sso.description')}>
      <Stack gap="md" align="flex-start">
        {error === undefined ? null : (
          <Alert color="red" variant="light" role="alert" title={t('sso.failed')}>
            {tUi(`error.code.${error}`, { defaultValue: tUi('error.unknown') })}
          </Alert>
        )}
        {linked && error === undefined ? (
          <Alert color="teal" variant="light" role="status">
            {t('sso.linked')}
          </Alert>
        ) : null}
        <Button variant="default" loading={link.isPending} onClick={() => link.mutate()}>
          {t('sso.submit')}
        </Button>
      </Stack>
    </Panel>
  );
}
