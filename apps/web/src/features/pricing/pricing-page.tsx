import { Alert, Button } from '@mantine/core';
import { IconCalculator, IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { catalogGroupsQuery, catalogQuery } from '../../api/catalog';
import { COMPARED_MAX } from '../../api/catalog-search';
import { useViewedAccountId } from '../../api/session';
import { useSite } from '../../api/site';
import { PageHeader } from '../../ui/page-header';
import { ErrorState, LoadingRows } from '../../ui/states';
import { GroupNote } from './group-note';
import { PriceSearch } from './price-search';
import { pricedModel } from './priced-model';
import classes from './pricing-page.module.css';

const route = getRouteApi('/pricing');

/** What every model costs, for whoever looks: found, filtered and sorted in the browser, with each keystroke. */
export function PricingPage() {
  const { t } = useTranslation('pricing');
  const { group } = route.useSearch();
  const accountId = useViewedAccountId();
  const { pricesArePlaceholders } = useSite();
  const viewer = { accountId, group };
  const { data: catalog, error, refetch } = useQuery(catalogQuery(viewer));
  const { data: groups } = useQuery(catalogGroupsQuery(viewer));
  const models = useMemo(() => catalog?.models.map(pricedModel), [catalog]);
  const [compared, setCompared] = useState<readonly string[]>([]);
  const toggleCompared = useCallback(
    (name: string) =>
      setCompared((before) =>
        before.includes(name) ? before.filter((one) => one !== name) : [...before, name].slice(0, COMPARED_MAX),
      ),
    [],
  );

  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <Button
            variant="default"
            leftSection={<IconCalculator size={16} />}
            renderRoot={(props) => (
              <Link
                to="/pricing/calculator"
                search={{ models: compared, ...(group === undefined ? {} : { group }) }}
                {...props}
              />
            )}
          >
            {compared.length === 0 ? t('calculator') : t('compare', { count: compared.length })}
          </Button>
        }
      />
      {pricesArePlaceholders || models?.some(({ model }) => model.isPlaceholder) ? (
        <Alert variant="light" color="yellow" mb="md" icon={<IconInfoCircle size={18} />} className={classes.notice}>
          {pricesArePlaceholders ? t('placeholders.all') : t('placeholders.some')}
        </Alert>
      ) : null}
      <PriceSearch
        models={models}
        groups={groups}
        compared={compared}
        onCompare={toggleCompared}
        note={catalog ? <GroupNote catalog={catalog} groups={groups} /> : null}
        instead={error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <LoadingRows rows={8} />}
      />
    </>
  );
}
