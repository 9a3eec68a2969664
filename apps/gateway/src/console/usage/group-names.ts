import { QuotaMessages, type UsageStatistics } from '@code-router/contracts';
import { DomainError, USAGE_OTHERS } from '@code-router/contracts';
import type { ServiceClient } from '@code-router/messaging';

/** The usage log knows accounts by their ids; quota knows what they are called. */
export async function withAccountNames(client: ServiceClient, statistics: UsageStatistics): Promise<UsageStatistics> {
  const series = await Promise.all(
    statistics.series.map(async (one) => {
      if (!one.group || one.group.id === USAGE_OTHERS) return one;
      return { ...one, group: { ...one.group, name: await nameOf(client, one.group.id) } };
    }),
  );
  return { ...statistics, series };
}

/** The id where quota knows no such account. */
async function nameOf(client: ServiceClient, id: string): Promise<string> {
  try {
    return (await client.request(QuotaMessages.getAccount, { id })).name;
  } catch (error) {
    if (error instanceof DomainError && ['not_found', 'invalid_request_error'].includes(error.code)) return id;
    throw error;
  }
}
