import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { UsageRecord } from '@code-router/contracts';
import { TOKEN_CLASSES, UNIT_CLASSES } from '@code-router/money';
import { AccountName } from '../account-name';
import { Amount } from '../amount';
import { CopyButton } from '../copy-button';
import { HttpStatus } from '../http-status';
import { marginShare } from '../margin';
import { formatCount, formatShare } from '../number-format';
import { StatusBadge } from '../status-badge';

type Fact = readonly [name: string, value: ReactNode];

/** What is known of a request beside its amount and its timing. */
export function useUsageFacts(isOperator: boolean): (record: UsageRecord) => readonly Fact[] {
  const { t } = useTranslation('ui');
  const optional = (name: string, value: ReactNode | undefined): readonly Fact[] =>
    value === undefined ? [] : [[name, value]];

  return (record) => [
    ...(isOperator ? operatorsFacts(record) : []),
    [t('usage.status'), <HttpStatus key="status" status={record.httpStatus} errorCode={record.errorCode} />],
    [
      t('usage.outcome'),
      <Group key="outcome" gap="xs">
        <StatusBadge tone={record.outcome === 'settled' ? 'good' : 'neutral'}>
          {t(`usage.outcomes.${record.outcome}`)}
        </StatusBadge>
        {record.clientDisconnected ? <StatusBadge tone="warning">{t('usage.disconnected')}</StatusBadge> : null}
      </Group>,
    ],
    [
      t('usage.requestId'),
      <Group key="request" gap={4} wrap="nowrap">
        {record.requestId}
        <CopyButton value={record.requestId} />
      </Group>,
    ],
    [t('usage.key'), record.keyName],
    [t('usage.endpoint'), `${record.endpoint}${record.stream ? ` · ${t('usage.stream')}` : ''}`],
    ...optional(t('usage.served'), record.modelServed),
    ...optional(t('usage.finish'), record.finishReason),
    ...optional(t('usage.reasoning'), record.reasoningTokens > 0 ? formatCount(record.reasoningTokens) : undefined),
    ...TOKEN_CLASSES.flatMap((name): readonly Fact[] => {
      const count = record.tokens[name];
      return count ? [[t('usage.tokensOf', { class: t(`class.${name}`) }), formatCount(count)]] : [];
    }),
    ...UNIT_CLASSES.flatMap((name): readonly Fact[] => {
      const count = record.units?.[name];
      return count ? [[t(`class.${name}`), formatCount(count)]] : [];
    }),
    [t('usage.priceVersion'), record.priceVersionId],
    ...optional(t('usage.ip'), record.clientIp),
    ...optional(t('usage.agent'), record.userAgent),
  ];

  function operatorsFacts({ accountId, channelName, costNanos, amountNanos }: UsageRecord): readonly Fact[] {
    const share = costNanos === undefined ? null : marginShare(amountNanos, costNanos);
    return [
      [t('usage.account'), <AccountName key="account" id={accountId} />],
      [t('usage.channel'), channelName ?? '—'],
      [t('usage.cost'), costNanos === undefined ? '—' : <Amount key="cost" nanos={costNanos} exact />],
      ...optional(t('usage.margin'), share === null ? undefined : formatShare(share)),
    ];
  }
}
