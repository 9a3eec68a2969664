import { Alert, Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconArrowLeft, IconCalculator, IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { catalogGroupsQuery, catalogModelQuery, type ViewedModel } from '../../api/catalog';
import { isApiError } from '../../api/errors';
import { useViewedAccountId } from '../../api/session';
import { CopyButton } from '../../ui/copy-button';
import { formatCount } from '../../ui/number-format';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';
import { Calculator } from './calculator';
import pageClasses from './calculator-page.module.css';
import { CodeSamples } from './code-samples';
import classes from './model-page.module.css';
import { PriceHistory } from './price-history';
import { PriceParts } from './price-parts';
import { pricedModel } from './priced-model';
import { useReason, type PricedFor } from './use-reason';

const route = getRouteApi('/pricing/model');

/** Everything about one model: what it is, what it costs, cost and will cost, and how it is called. */
export function ModelPage() {
  const { t } = useTranslation('pricing');
  const { name, group } = route.useSearch();
  const accountId = useViewedAccountId();
  const { data, error, refetch } = useQuery(catalogModelQuery(name, { accountId, group }));
  const { data: groups } = useQuery(catalogGroupsQuery({ accountId }));
  const back = (
    <Anchor
      size="sm"
      className={pageClasses.back}
      renderRoot={(props) => <Link to="/pricing" search={group === undefined ? {} : { group }} {...props} />}
    >
      <IconArrowLeft size={14} aria-hidden /> {t('back')}
    </Anchor>
  );
  if (data) {
    const priced = groups && { accountGroup: groups.accountGroup, keyGroup: group ?? null };
    return (
      <>
        {back}
        <Details viewed={data} priced={priced} group={group} />
      </>
    );
  }
  return (
    <>
      {back}
      <PageHeader title={name === '' ? t('model.title') : name} />
      {!error ? (
        <LoadingRows rows={8} />
      ) : isApiError(error, 'model_not_found') || isApiError(error, 'invalid_request_error') ? (
        <EmptyState title={t('model.missing')}>{t('model.missingAdvice')}</EmptyState>
      ) : (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
    </>
  );
}

interface DetailsProps {
  readonly viewed: ViewedModel;
  readonly priced: PricedFor | undefined;
  readonly group: string | undefined;
}

function Details({ viewed, priced: pricedFor, group }: DetailsProps) {
  const { t } = useTranslation('pricing');
  const reason = useReason();
  const { model, history } = viewed;
  const priced = useMemo(() => pricedModel(model), [model]);
  const models = useMemo(() => [priced], [priced]);
  const search = { models: [model.name], ...(group === undefined ? {} : { group }) };
  return (
    <Stack gap="lg">
      <div>
        <PageHeader
          title={model.displayName}
          description={
            <>
              {model.vendor === '' ? null : <>{model.vendor} · </>}
              <code>{model.name}</code> <CopyButton value={model.name} />
            </>
          }
          actions={
            <Button
              variant="default"
              leftSection={<IconCalculator size={16} />}
              renderRoot={(props) => <Link to="/pricing/calculator" search={search} {...props} />}
            >
              {t('model.compare')}
            </Button>
          }
        />
        {model.description === '' ? null : <Text maw={760}>{model.description}</Text>}
        {model.tags.length === 0 ? null : (
          <Group gap={6} mt="sm">
            {model.tags.map((tag) => (
              <Badge key={tag} variant="default" tt="none">
                {tag}
              </Badge>
            ))}
          </Group>
        )}
        {model.isPlaceholder ? (
          <Alert variant="light" color="yellow" mt="md" icon={<IconInfoCircle size={18} />} className={classes.notice}>
            {t('placeholders.one')}
          </Alert>
        ) : null}
      </div>
      <div className={classes.columns}>
        <Panel title={t('model.price')} description={pricedFor && reason(model, pricedFor)} flush>
          <PriceParts priced={priced} />
        </Panel>
        <Panel title={t('model.facts')}>
          <dl className={classes.facts}>
            <Fact name={t('model.context')}>{t('tokens', { tokens: formatCount(model.contextWindow) })}</Fact>
            <Fact name={t('model.output')}>{t('tokens', { tokens: formatCount(model.maxOutputTokens) })}</Fact>
            <Fact name={t('model.reads')}>{model.inputModalities.map((one) => t(`modality.${one}`)).join(', ')}</Fact>
            <Fact name={t('model.writes')}>{model.outputModalities.map((one) => t(`modality.${one}`)).join(', ')}</Fact>
            <Fact name={t('model.endpoints')}>
              {model.endpoints.map((endpoint) => (
                <code key={endpoint}>{endpoint}</code>
              ))}
            </Fact>
            {model.aliases.length === 0 ? null : (
              <Fact name={t('model.aliases')}>
                {model.aliases.map((alias) => (
                  <code key={alias}>{alias}</code>
                ))}
              </Fact>
            )}
            <Fact name={t('model.version')}>
              <code>{model.priceVersionId}</code>
            </Fact>
          </dl>
        </Panel>
      </div>
      <Panel title={t('calculator')} description={t('calculate.description')}>
        <Calculator models={models} />
      </Panel>
      <Panel title={t('samples.title')} description={t('samples.description')}>
        <CodeSamples model={model.name} />
      </Panel>
      <Panel title={t('history.title')} description={t('history.description')} flush>
        <PriceHistory history={history} inForce={model.priceVersionId} />
      </Panel>
    </Stack>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
