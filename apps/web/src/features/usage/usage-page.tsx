import { Group, Stack, Switch, Text } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UsageRecord } from '@code-router/contracts';
import { inputTokens, outputTokens } from '@code-router/money';
import { UsageFilters } from './usage-filters';
import { periodOf, type UsageSearch } from '../../ui/usage-search';
import { statisticsQuery } from '../../api/account-queries';
import { usePages } from '../../api/pages';
import { useAccount, type CurrentAccount } from '../../api/session';
import { Amount } from '../../ui/amount';
import { DataTable, type Column } from '../../ui/data-table';
import { pagedRows } from '../../ui/paged-rows';
import { ExportButton } from '../../ui/export-button';
import { Figure, Figures } from '../../ui/figure';
import { HttpStatus } from '../../ui/http-status';
import { NoAccount } from '../../ui/no-account';
import { formatCompact, formatCount, formatDuration, formatShare } from '../../ui/number-format';
import { PageHeader } from '../../ui/page-header';
import { Panel } from '../../ui/panel';
import { EmptyState } from '../../ui/states';
import { Time } from '../../ui/time';
import { UsageDrawer } from '../../ui/usage/usage-drawer';
import { useNow } from '../../ui/use-now';

const route = getRouteApi('/console/usage');
const LIVE_MS = 4_000;
const PAGE_LIMIT = 100;
const HOUR_MS = 3_600_000;
const HOURLY_UP_TO_MS = 72 * HOUR_MS;

export function UsagePage() {
  const account = useAccount();
  return account ? <AccountUsage key={account.accountId} account={account} /> : <NoAccount />;
}

function AccountUsage({ account }: { readonly account: CurrentAccount }) {
  const { t } = useTranslation('usage');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [isLive, setLive] = useState(true);
  const { range, from, to } = search;
  // The period stays as it was when the page was opened: the list grows at its end, and is not read anew.
  const [openedAt] = useState(() => new Date());
  const period = periodOf({ range, from, to } as UsageSearch, openedAt);
  const { keyId, model, status, requestId, keyName } = search;
  const filters = { ...period, keyId, model, status, requestId, keyName };
  const path = `${account.path}/usage`;
  const records = usePages<UsageRecord>(path, filters, { limit: PAGE_LIMIT, liveMs: isLive ? LIVE_MS : undefined });
  const change = (changed: Partial<Record<keyof UsageSearch, unknown>>) =>
    void navigate({
      to: '/usage',
      search: (before: UsageSearch) => ({ ...before, ...changed }) as UsageSearch,
      replace: true,
    });

  const columns = useMemo<Column<UsageRecord>[]>(
    () => [
      {
        id: 'time',
        header: t('column.time'),
        width: '17%',
        cell: ({ completedAt }) => <Time at={completedAt} format="log" />,
      },
      {
        id: 'model',
        header: t('column.model'),
        width: '19%',
        cell: ({ modelAsked, stream }) => (
          <>
            {modelAsked}
            {stream ? (
              <Text span size="xs" c="dimmed">
                {' '}
                {t('column.stream')}
              </Text>
            ) : null}
          </>
        ),
      },
      { id: 'key', header: t('column.key'), width: '14%', cell: (record) => record.keyName },
      {
        id: 'status',
        header: t('column.status'),
        width: '14%',
        cell: ({ httpStatus, errorCode }) => <HttpStatus status={httpStatus} errorCode={errorCode} />,
      },
      {
        id: 'tokens',
        header: t('column.tokens'),
        align: 'end',
        width: '13%',
        cell: ({ tokens }) => `${formatCount(inputTokens(tokens))} → ${formatCount(outputTokens(tokens))}`,
      },
      {
        id: 'latency',
        header: t('column.latency'),
        align: 'end',
        width: '10%',
        cell: ({ latencyMs }) => formatDuration(latencyMs),
      },
      {
        id: 'amount',
        header: t('column.amount'),
        align: 'end',
        width: '13%',
        cell: ({ amountNanos }) => <Amount nanos={amountNanos} strong />,
      },
    ],
    [t],
  );
  const isFiltered = [keyId, model, status, requestId, keyName].some((value) => value !== undefined);
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <ExportButton
            path={`${path}/export`}
            query={filters}
            formats={['csv', 'ndjson']}
            fileName={`usage-${account.account.name}`}
          />
        }
      />
      <UsageFilters account={account} search={search} onChange={change} />
      <Stack gap="md">
        <Totals account={account} from={period.from} to={period.to} keyId={keyId} model={model} isLive={isLive} />
        <Panel flush>
          <Group justify="space-between" px="lg" py="sm">
            <Text size="sm" c="dimmed">
              {t('newestFirst')}
            </Text>
            <Switch
              size="sm"
              label={t('live')}
              checked={isLive}
              onChange={({ currentTarget: { checked } }) => setLive(checked)}
            />
          </Group>
          <DataTable
            label={t('title')}
            columns={columns}
            {...pagedRows(records)}
            rowKey={({ id }) => id}
            onOpen={({ id }) => change({ record: id })}
            endless
            empty={
              isFiltered ? (
                <EmptyState icon={IconListSearch} title={t('empty.filtered')}>
                  {t('empty.widen')}
                </EmptyState>
              ) : (
                <EmptyState icon={IconListSearch} title={t('empty.title')}>
                  {t('empty.next')} <Link to="/keys">{t('empty.keys')}</Link>
                </EmptyState>
              )
            }
          />
        </Panel>
      </Stack>
      <UsageDrawer path={path} recordId={search.record} onClose={() => change({ record: undefined })} />
    </>
  );
}

interface TotalsProps {
  readonly account: CurrentAccount;
  readonly from: string;
  readonly to: string | undefined;
  readonly keyId: string | undefined;
  readonly model: string | undefined;
  readonly isLive: boolean;
}

/** The sums of the period, for the key and the model that are filtered by; other filters do not change them. */
function Totals({ account, from, to, keyId, model, isLive }: TotalsProps) {
  const { t } = useTranslation('usage');
  // Until the end of the hour: what comes in meanwhile counts as well.
  const now = useNow();
  const end = to ?? new Date(Math.ceil(now.getTime() / HOUR_MS) * HOUR_MS).toISOString();
  const isShort = Date.parse(end) - Date.parse(from) <= HOURLY_UP_TO_MS;
  const { data } = useQuery({
    ...statisticsQuery(account.path, {
      from,
      to: end,
      granularity: isShort ? 'hour' : 'day',
      keyId,
      model,
      latency: 'none',
    }),
    refetchInterval: isLive ? LIVE_MS : false,
    placeholderData: keepPreviousData,
  });
  const totals = data?.totals;
  const tokens = totals && BigInt(totals.inputTokens) + BigInt(totals.outputTokens);
  return (
    <Figures>
      <Figure label={t('total.spent')} value={totals && <Amount nanos={totals.amountNanos} />} note={t('total.note')} />
      <Figure label={t('total.requests')} value={totals && formatCount(totals.requests)} />
      <Figure label={t('total.tokens')} value={tokens === undefined ? undefined : formatCompact(tokens.toString())} />
      <Figure
        label={t('total.failed')}
        value={totals && formatShare(totals.requests === 0 ? 0 : totals.failures / totals.requests)}
        note={totals && t('total.failures', { count: totals.failures })}
      />
    </Figures>
  );
}
