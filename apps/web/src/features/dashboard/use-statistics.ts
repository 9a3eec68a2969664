import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { RangePeriod } from './ranges';
import { statisticsQuery } from '../../api/account-queries';
import type { CurrentAccount } from '../../api/session';

const REFRESH_MS = 15_000;

/** What an account used in a period, kept up to date. */
export function useStatistics(account: CurrentAccount, { from, to, granularity }: RangePeriod) {
  return useQuery({
    ...statisticsQuery(account.path, { from: from.toISOString(), to: to.toISOString(), granularity }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
}
