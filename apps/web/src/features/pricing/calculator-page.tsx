import { Anchor, Button, CloseButton, Group, NativeSelect, Text } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { catalogQuery } from '../../api/catalog';
import { useViewedAccountId } from '../../api/session';
import { PageHeader } from '../../ui/page-header';
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';
import { Calculator } from './calculator';
import classes from './calculator-page.module.css';
import { pricedModel, type PricedModel } from './priced-model';
import { COMPARED_MAX } from '../../api/catalog-search';

const route = getRouteApi('/pricing/calculator');

/** What a request would cost, with one model or several side by side. */
export function CalculatorPage() {
  const { t } = useTranslation('pricing');
  const search = route.useSearch();
  const { models: asked, group } = search;
  const navigate = route.useNavigate();
  const accountId = useViewedAccountId();
  const { data: catalog, error, refetch } = useQuery(catalogQuery({ accountId, group }));
  const all = useMemo(() => catalog?.models.map(pricedModel) ?? [], [catalog]);
  const chosen = useMemo(() => chosenOf(all, asked), [all, asked]);
  const choose = (names: readonly string[]) =>
    void navigate({
      to: '/pricing/calculator',
      search: { ...search, models: names },
      replace: true,
      resetScroll: false,
    });
  const names = chosen.map(({ model }) => model.name);
  const others = all.filter((priced) => !chosen.includes(priced));

  return (
    <>
      <Anchor
        size="sm"
        className={classes.back}
        renderRoot={(props) => <Link to="/pricing" search={group === undefined ? {} : { group }} {...props} />}
      >
        <IconArrowLeft size={14} aria-hidden /> {t('back')}
      </Anchor>
      <PageHeader title={t('calculator')} description={t('calculate.description')} />
      {error && !catalog ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : catalog === undefined ? (
        <LoadingRows rows={6} />
      ) : chosen.length === 0 ? (
        <EmptyState
          title={t('empty.title')}
          action={
            <Button variant="default" renderRoot={(props) => <Link to="/pricing" {...props} />}>
              {t('back')}
            </Button>
          }
        >
          {t('empty.advice')}
        </EmptyState>
      ) : (
        <>
          <Group gap="xs" mb="lg" align="center">
            <ul className={classes.chosen} aria-label={t('calculate.models')}>
              {chosen.map(({ model }) => (
                <li key={model.name}>
                  <Text span size="sm" fw={550}>
                    {model.displayName}
                  </Text>
                  {chosen.length > 1 ? (
                    <CloseButton
                      size="xs"
                      aria-label={t('calculate.remove', { model: model.displayName })}
                      onClick={() => choose(names.filter((name) => name !== model.name))}
                    />
                  ) : null}
                </li>
              ))}
            </ul>
            {others.length > 0 && chosen.length < COMPARED_MAX ? (
              <NativeSelect
                size="sm"
                aria-label={t('calculate.add')}
                value=""
                onChange={(event) => choose([...names, event.currentTarget.value])}
                data={[
                  { value: '', label: t('calculate.add') },
                  ...others.map(({ model }) => ({ value: model.name, label: model.displayName })),
                ]}
              />
            ) : null}
          </Group>
          <Calculator models={chosen} />
        </>
      )}
    </>
  );
}

/** The models that were asked for, in that order; the first ones of the list when none was. */
function chosenOf(all: readonly PricedModel[], asked: readonly string[]): readonly PricedModel[] {
  const found = asked.flatMap((name) => all.find(({ model }) => model.name === name) ?? []);
  return found.length > 0 ? found : all.slice(0, 2);
}
