import { useTranslation } from 'react-i18next';
import { PageHeader } from '../../ui/page-header';

export function OverviewPage() {
  const { t } = useTranslation('admin-overview');
  return <PageHeader title={t('title')} />;
}
