import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '../ui/page-header';
import { EmptyState } from '../ui/states';

/** In place of a page that the signed-in user may not see. */
export function ForbiddenPage() {
  const { t } = useTranslation('app');
  return (
    <>
      <PageHeader title={t('forbidden.title')} />
      <EmptyState icon={IconLock} title={t('forbidden.heading')}>
        {t('forbidden.advice')}
      </EmptyState>
    </>
  );
}
