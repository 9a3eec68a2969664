import { SimpleGrid, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ChangePassword } from './change-password';
import { Preferences } from './preferences';
import { Sessions } from './sessions';
import { SingleSignOn } from './single-sign-on';
import { useMe } from '../../api/session';
import { useSite } from '../../api/site';
import { Facts } from '../../ui/facts';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { Time } from '../../ui/time';

export function ProfilePage() {
  const { t } = useTranslation('profile');
  const { user } = useMe();
  const { oidc } = useSite();
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Stack gap="lg">
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" style={{ alignItems: 'start' }}>
          <Stack gap="lg">
            <Panel title={t('who.title')}>
              <Facts
                items={[
                  [t('who.username'), user.username],
                  [t('who.email'), user.email ?? '—'],
                  [t('who.role'), t(`role.${user.role}`)],
                  [t('who.since'), <Time key="since" at={user.createdAt} format="date" />],
                ]}
              />
            </Panel>
            {oidc ? <SingleSignOn /> : null}
            {user.hasPassword ? <ChangePassword username={user.username} /> : null}
          </Stack>
          <Preferences />
        </SimpleGrid>
        <Sessions />
      </Stack>
    </>
  );
}
