import { Alert, Button, Text } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconCalculator, IconInfoCircle, IconTagOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { catalogGroupsQuery, catalogQuery } from '../../api/catalog';
import { useViewedAccountId } from '../../api/session';
import { useSite } from '../../api/site';
import { PageHeader } from '../../ui/page-header';
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';
import { filterChoices, findModels } from './find-models';
import { GroupNote } from './group-note';
import { pricedModel } from './priced-model';
import { PricingFilters } from './pricing-filters';
import { COMPARED_MAX, type PricingSearch } from '../../api/catalog-search';
import { PricingTable } from './pricing-table';
import classes from './pricing-page.module.css';

const route = getRouteApi('/pricing');

const TYPING_PAUSE_MS = 300;

/** What every model costs, for whoever looks: found, filtered and sorted in the browser, with each keystroke. */
export function PricingPage() {
  const { t } = useTranslation('pricing');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const accountId = useViewedAccountId();
  const { pricesArePlaceholders } = useSite();
  const viewer = { accountId, group: search.group };
  const { data: catalog, error, refetch } = useQuery(catalogQuery(viewer));
  const { data: groups } = useQuery(catalogGroupsQuery(viewer));
  // What is typed is shown at once; the list follows when there is time, and the address when the typing pauses.
  const [words, setWords] = useState(search.q ?? '');
  const soughtWords = useDeferredValue(words);
  const [compared, setCompared] = useState<readonly string[]>([]);

  const models = useMemo(() => catalog?.models.map(pricedModel) ?? [], [catalog]);
  const choices = useMemo(() => filterChoices(models), [models]);
  const { vendor, tag, modality, endpoint, sort = 'name', descending = false, per = 'million' } = search;
  const found = useMemo(
    () => findModels(models, { words: soughtWords, vendor, tag, modality, endpoint }, { sort, descending }),
    [models, soughtWords, vendor, tag, modality, endpoint, sort, descending],
  );

  const change = (changed: Partial<Record<keyof PricingSearch, unknown>>) =>
    void navigate({
      to: '/pricing',
      search: (before) => withoutEmpty({ ...before, ...changed }),
      replace: true,
      resetScroll: false,
    });
  const keepWords = useDebouncedCallback((q: string) => change({ q }), TYPING_PAUSE_MS);
  // The same function each time: rows that do not change are not drawn again with each keystroke.
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
                search={{ models: compared, ...(search.group === undefined ? {} : { group: search.group }) }}
                {...props}
              />
            )}
          >
            {compared.length === 0 ? t('calculator') : t('compare', { count: compared.length })}
          </Button>
        }
      />
      {pricesArePlaceholders || models.some(({ model }) => model.isPlaceholder) ? (
        <Alert variant="light" color="yellow" mb="md" icon={<IconInfoCircle size={18} />} className={classes.notice}>
          {pricesArePlaceholders ? t('placeholders.all') : t('placeholders.some')}
        </Alert>
      ) : null}
      <PricingFilters
        words={words}
        onWords={(typed) => {
          setWords(typed);
          keepWords(typed);
        }}
        search={search}
        choices={choices}
        groups={groups}
        onChange={change}
      />
      {catalog ? <GroupNote catalog={catalog} groups={groups} /> : null}
      {error && !catalog ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : catalog ? (
        <>
          <Text size="sm" c="dimmed" mb="xs" role="status" aria-live="polite">
            {t('found', { count: found.length, total: models.length })}
          </Text>
          {found.length > 0 ? (
            <PricingTable
              models={found}
              per={per}
              group={search.group}
              sort={sort}
              descending={descending}
              onSort={(by) =>
                change({
                  sort: by === 'name' ? undefined : by,
                  descending: by === sort && !descending ? true : undefined,
                })
              }
              compared={compared}
              onCompare={toggleCompared}
            />
          ) : (
            <div className={classes.nothing}>
              <EmptyState
                icon={IconTagOff}
                title={models.length === 0 ? t('empty.title') : t('nothing.title')}
                action={
                  models.length === 0 ? undefined : (
                    <Button
                      variant="default"
                      onClick={() => {
                        setWords('');
                        change({ q: '', vendor: '', tag: '', modality: '', endpoint: '' });
                      }}
                    >
                      {t('nothing.clear')}
                    </Button>
                  )
                }
              >
                {models.length === 0 ? t('empty.advice') : t('nothing.advice')}
              </EmptyState>
            </div>
          )}
        </>
      ) : (
        <LoadingRows rows={8} />
      )}
    </>
  );
}

/** An address holds what was chosen, and nothing else. */
function withoutEmpty(search: Partial<Record<keyof PricingSearch, unknown>>): PricingSearch {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== '' && value !== false),
  ) as PricingSearch;
}
