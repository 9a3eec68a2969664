import { Button, Text } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconTagOff } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ViewedGroups } from '../../api/catalog';
import type { PricingSearch, Sort } from '../../api/catalog-search';
import { EmptyState } from '../../ui/states';
import { filterChoices, findModels } from './find-models';
import type { PricedModel } from './priced-model';
import { PricingFilters } from './pricing-filters';
import classes from './pricing-page.module.css';
import { PricingTable } from './pricing-table';

const route = getRouteApi('/pricing');

const TYPING_PAUSE_MS = 300;

interface PriceSearchProps {
  /** Undefined until they are there. */
  readonly models: readonly PricedModel[] | undefined;
  readonly groups: ViewedGroups | undefined;
  readonly compared: readonly string[];
  readonly onCompare: (name: string) => void;
  /** Stands above the list. */
  readonly note: ReactNode;
  /** What stands in place of the list while there are no models. */
  readonly instead: ReactNode;
}

const NONE: readonly PricedModel[] = [];

/**
 * The models that match what is typed and chosen. A thousand are looked through and some fifteen are drawn, which is done
 * before the next frame; the address follows when the typing pauses.
 */
export function PriceSearch({ models = NONE, groups, compared, onCompare, note, instead }: PriceSearchProps) {
  const { t } = useTranslation('pricing');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [words, setWords] = useState(search.q ?? '');
  const choices = useMemo(() => filterChoices(models), [models]);
  const { vendor, tag, modality, endpoint, sort = 'name', descending = false, per = 'million' } = search;
  const found = useMemo(
    () => findModels(models, { words, vendor, tag, modality, endpoint }, { sort, descending }),
    [models, words, vendor, tag, modality, endpoint, sort, descending],
  );

  // The same functions each time: what does not change is not drawn again with each keystroke.
  const change = useCallback(
    (changed: Partial<Record<keyof PricingSearch, unknown>>) =>
      void navigate({
        to: '/pricing',
        search: (before) => withoutEmpty({ ...before, ...changed }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const sortBy = useCallback(
    (by: Sort) =>
      change({ sort: by === 'name' ? undefined : by, descending: by === sort && !descending ? true : undefined }),
    [change, sort, descending],
  );
  const keepWords = useDebouncedCallback((q: string) => change({ q }), TYPING_PAUSE_MS);

  return (
    <>
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
      {note}
      {models === NONE ? (
        instead
      ) : (
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
              onSort={sortBy}
              compared={compared}
              onCompare={onCompare}
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
