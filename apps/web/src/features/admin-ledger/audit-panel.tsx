import { Alert, Button, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { LedgerAudit } from '@code-router/contracts';
import { api } from '../../api/client';
import { formatCount } from '../../ui/number-format';
import { Panel } from '../../ui/panel';
import { ErrorState, LoadingRows } from '../../ui/states';
import { StatusBadge } from '../../ui/status-badge';
import { formatTime } from '../../ui/time-format';
import classes from './audit-panel.module.css';

/** In the order in which they are listed. */
const CHECKS = [
  'accountsWhoseBalanceIsNotTheirLedger',
  'accountsWhoseHoldsAreNotTheirReservations',
  'keysWhoseHoldsAreNotTheirReservations',
  'keysWhoseSpendingIsNotTheirLedger',
  'accountsBelowTheirOverdraft',
  'reservationsPendingPastTheirLease',
  'reservationsWhoseChargeIsNotTheirLedger',
  'keysWhoseBudgetIsNotTheirReservations',
  'membersWhoseBudgetIsNotTheirReservations',
] as const satisfies readonly (keyof LedgerAudit)[];

/** Every check of the books, with how many it found wrong. */
export function AuditPanel() {
  const { t } = useTranslation('admin-ledger');
  const { data, error, isLoading, isFetching, refetch, dataUpdatedAt } = useQuery({
    queryKey: ['/api/audit'],
    queryFn: ({ signal }) => api.get<LedgerAudit>('/api/audit', { signal }),
  });
  const wrong = data ? CHECKS.filter((check) => data[check] !== 0) : [];
  return (
    <Panel
      title={t('audit.title')}
      description={data ? t('audit.checkedAt', { time: formatTime(new Date(dataUpdatedAt), 'exact') }) : undefined}
      actions={
        <Button
          variant="default"
          size="xs"
          leftSection={<IconRefresh size={14} />}
          loading={isFetching}
          onClick={() => void refetch()}
        >
          {t('audit.again')}
        </Button>
      }
    >
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null}
      {isLoading ? <LoadingRows rows={6} /> : null}
      {data ? (
        <>
          {wrong.length === 0 ? (
            <Alert color="teal" icon={<IconCircleCheck size={18} />} title={t('audit.allHold')} role="status">
              {t('audit.allHoldMeaning')}
            </Alert>
          ) : (
            <Alert
              color="red"
              icon={<IconAlertTriangle size={18} />}
              title={t('audit.broken', { count: wrong.length })}
              role="alert"
            >
              {t('audit.brokenAdvice')}
            </Alert>
          )}
          <ul className={classes.checks}>
            {CHECKS.map((check) => (
              <li key={check}>
                <div>
                  <Text size="sm">{t(`check.${check}`)}</Text>
                  <Text size="xs" c="dimmed">
                    {t(`checkMeaning.${check}`)}
                  </Text>
                </div>
                <StatusBadge tone={data[check] === 0 ? 'good' : 'bad'}>
                  {data[check] === 0 ? t('audit.holds') : t('audit.found', { number: formatCount(data[check]) })}
                </StatusBadge>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Panel>
  );
}
