import { Badge, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { MULTIPLIER_ONE } from '@code-router/money';
import { currentLocale } from '../../i18n/i18n';
import { Amount } from '../../ui/amount';
import { formatMultiplier } from '../../ui/money-format';
import { formatCompact, formatCount } from '../../ui/number-format';
import { formatPieceRate, formatRate } from '../../ui/rate-format';
import { useMoney } from '../../ui/use-money';
import classes from './cost-comparison.module.css';
import { expectedCost, type CostLine, type ExpectedUsage } from './cost-lines';
import type { PricedModel } from './priced-model';

interface CostComparisonProps {
  readonly models: readonly PricedModel[];
  /** Undefined while it is being counted. */
  readonly usage: ExpectedUsage | undefined;
  readonly requests: number;
}

/** What the same request costs with each model, the cheapest first, and how the amount comes about. */
export function CostComparison({ models, usage, requests }: CostComparisonProps) {
  const { t } = useTranslation('pricing');
  if (usage === undefined) {
    return (
      <Stack aria-label={t('calculate.counting')} role="status">
        {models.map(({ model }) => (
          <Skeleton key={model.name} height={140} radius="md" />
        ))}
      </Stack>
    );
  }
  const costs = models
    .map((priced) => ({ priced, cost: expectedCost(priced, usage) }))
    .toSorted((a, b) => (a.cost.nanos < b.cost.nanos ? -1 : a.cost.nanos > b.cost.nanos ? 1 : 0));
  const cheapest = costs[0]?.cost.nanos;
  return (
    <Stack gap="md">
      {costs.map(({ priced, cost }) => (
        <section key={priced.model.name} className={classes.cost} aria-label={priced.model.displayName}>
          <Group justify="space-between" align="baseline" gap="xs" wrap="wrap">
            <Group gap="xs" align="center">
              <Text fw={600}>{priced.model.displayName}</Text>
              {costs.length > 1 && cost.nanos === cheapest ? (
                <Badge size="sm" variant="light">
                  {t('calculate.cheapest')}
                </Badge>
              ) : null}
              {cost.tierAboveInputTokens === undefined ? null : (
                <Badge size="sm" variant="light" color="gray">
                  {t('tierAbove', { tokens: formatCompact(cost.tierAboveInputTokens) })}
                </Badge>
              )}
            </Group>
            <Text fz="xl" fw={650} data-testid={`cost-${priced.model.name}`}>
              <Amount nanos={cost.nanos * BigInt(requests)} exact />
            </Text>
          </Group>
          <Lines lines={cost.lines} multiplierMillionths={priced.multiplierMillionths} />
          {requests > 1 ? (
            <Text size="sm" c="dimmed">
              {t('calculate.times', { requests: formatCount(requests) })} <Amount nanos={cost.nanos} exact />
            </Text>
          ) : null}
        </section>
      ))}
      <Text size="xs" c="dimmed">
        {t('calculate.note')}
      </Text>
    </Stack>
  );
}

interface LinesProps {
  readonly lines: readonly CostLine[];
  readonly multiplierMillionths: bigint;
}

/** The calculation itself: counts times list prices, times the multiplier. */
function Lines({ lines, multiplierMillionths }: LinesProps) {
  const { t } = useTranslation('pricing');
  const { style } = useMoney();
  const write = (line: CostLine): readonly [name: string, calculation: string] => {
    switch (line.kind) {
      case 'tokens':
        return [
          t(`class.${line.of}`),
          `${formatCount(line.count)} × ${formatRate(line.nanos, MULTIPLIER_ONE, { ...style, per: 'million' })} / 1M`,
        ];
      case 'unit':
        return [
          t(`unit.${line.of}`),
          `${formatCount(line.count)} × ${formatPieceRate(line.nanos, MULTIPLIER_ONE, style)}`,
        ];
      case 'call':
        return [t('perCall'), formatPieceRate(line.nanos, MULTIPLIER_ONE, style)];
      default:
        return line satisfies never;
    }
  };
  return (
    <dl className={classes.lines}>
      {lines.map((line) => {
        const [name, calculation] = write(line);
        return (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{calculation}</dd>
          </div>
        );
      })}
      {multiplierMillionths === MULTIPLIER_ONE ? null : (
        <div>
          <dt>{t('multiplier')}</dt>
          <dd>× {formatMultiplier(multiplierMillionths, currentLocale())}</dd>
        </div>
      )}
    </dl>
  );
}
