import { queryClient } from '../../api/query-client';
import { sessionQuery } from '../../api/session';

/** Everything that shows the balance of an account is asked anew. */
export async function balanceChanged(accountPath: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: [accountPath] }),
    queryClient.invalidateQueries({ queryKey: [`${accountPath}/ledger`] }),
    queryClient.invalidateQueries({ queryKey: [`${accountPath}/statement`] }),
    queryClient.invalidateQueries({ queryKey: [`${accountPath}/payments`] }),
    queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  ]);
}
