import { Badge, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { MULTIPLIER_ONE, priceTermsFromText, type TokenClass } from '@code-router/money';
import type { ViewedModel } from '../../api/catalog';
import { DataTable, type Column } from '../../ui/data-table';
import { formatShare } from '../../ui/number-format';
import { formatRate } from '../../ui/rate-format';
import { EmptyState } from '../../ui/states';
import { Time } from '../../ui/time';
import { useMoney } from '../../ui/use-money';

type Version = ViewedModel['history'][number];

interface PriceHistoryProps {
  readonly history: readonly Version[];
  /** The id of the version that is charged now. */
  readonly inForce: string;
}

/** What the model cost, costs and will cost, before multipliers. */
export function PriceHistory({ history, inForce }: PriceHistoryProps) {
  const { t } = useTranslation('pricing');
  const { style } = useMoney();
  const before = new Map(history.map((version, index) => [version.id, history[index + 1]]));
  const rateColumn = (of: TokenClass): Column<Version> => ({
    id: of,
    header: t(`class.${of}`),
    align: 'end',
    cell: (version) => {
      const now = rateOf(version, of);
      const earlier = rateOf(before.get(version.id), of);
      if (now === undefined) return '—';
      const change = earlier === undefined ? null : changeOf(earlier, now);
      return (
        <>
          {formatRate(now, MULTIPLIER_ONE, { ...style, per: 'million' })}
          {change === null ? null : ` (${change})`}
        </>
      );
    },
  });
  const columns: readonly Column<Version>[] = [
    {
      id: 'from',
      header: t('history.from'),
      cell: (version) => (
        <Group gap="xs">
          <Time at={version.effectiveFrom} />
          {version.id === inForce ? <Badge size="sm">{t('history.inForce')}</Badge> : null}
          {Date.parse(version.effectiveFrom) > Date.now() ? (
            <Badge size="sm" variant="light" color="yellow">
              {t('history.future')}
            </Badge>
          ) : null}
        </Group>
      ),
    },
    rateColumn('input'),
    rateColumn('cachedInput'),
    rateColumn('output'),
    { id: 'id', header: t('model.version'), cell: ({ id }) => <code>{id}</code>, hideOnPhone: true },
  ];
  return (
    <DataTable
      label={t('history.title')}
      columns={columns}
      rows={history}
      rowKey={({ id }) => id}
      empty={<EmptyState title={t('history.empty')} />}
    />
  );
}

/** Undefined where the price does not name the class. */
function rateOf(version: Version | undefined, of: TokenClass): bigint | undefined {
  return version && priceTermsFromText(version.terms).rates[of];
}

/** By how much a rate changed, as a percentage; null where it did not, or began at nothing. */
function changeOf(earlier: bigint, now: bigint): string | null {
  if (earlier === now || earlier === 0n) return null;
  // A share for reading: four digits of it are enough.
  const share = Number(((now - earlier) * 10_000n) / earlier) / 10_000;
  return `${share > 0 ? '+' : ''}${formatShare(share)}`;
}
