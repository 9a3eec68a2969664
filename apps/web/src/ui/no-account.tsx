import { IconUsersGroup } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { PageHeader } from './page-header';
import { EmptyState } from './states';

/** For somebody who is a member of no account. */
export function NoAccount() {
  const { t } = useTranslation('ui');
  return (
    <>
      <PageHeader title={t('noAccount.title')} />
      <EmptyState icon={IconUsersGroup} title={t('noAccount.heading')}>
        {t('noAccount.advice')}
      </EmptyState>
    </>
  );
}
