import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { notifyError } from '../../ui/notify';
import { Panel } from '../../ui/panel';

/** Links an identity of the configured provider to this user. */
export function SingleSignOn() {
  const { t } = useTranslation('profile');
  const link = useMutation({
    mutationFn: () => api.post<{ readonly url: string }>('/api/auth/oidc/link'),
    onSuccess: ({ url }) => window.location.assign(url),
    onError: notifyError,
  });
  return (
    <Panel title={t('sso.title')} description={t('sso.description')}>
      <Button variant="default" loading={link.isPending} onClick={() => link.mutate()}>
        {t('sso.submit')}
      </Button>
    </Panel>
  );
}
