import { queryOptions, useQuery } from '@tanstack/react-query';
import type { AccountPermission, Membership, User } from '@code-router/contracts';
import { api } from './client';
import { isApiError } from './errors';
import { queryClient, reportSignedOut } from './query-client';
import { readChoice, useChoice, writeChoice } from './choices';

/** Who is signed in, and the accounts that they are a member of. */
export interface Me {
  readonly user: User;
  readonly memberships: readonly Membership[];
}

const MAY_BE_SIGNED_IN = 'signed-in';

export const sessionQuery = queryOptions({
  queryKey: ['/api/me'],
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await api.get<Me>('/api/me', { signal });
    } catch (error) {
      if (!isApiError(error) || error.status !== 401) throw error;
      await reportSignedOut();
      return null;
    }
  },
  staleTime: 30_000,
});

/**
 * Whether it is worth asking who is signed in: visitors of public pages, who never were, are spared the request and its
 * refusal. The cookie itself cannot be seen from here.
 */
export function mayBeSignedIn(): boolean {
  return readChoice(MAY_BE_SIGNED_IN) === 'yes';
}

export function noteMayBeSignedIn(may: boolean): void {
  writeChoice(MAY_BE_SIGNED_IN, may ? 'yes' : null);
}

/** Who is signed in; null when nobody is, or it cannot be told; undefined while it is not known. */
export function useSession(): Me | null | undefined {
  const isWorthAsking = mayBeSignedIn();
  const { data, isError } = useQuery({ ...sessionQuery, enabled: isWorthAsking });
  if (data !== undefined) return data;
  return isWorthAsking && !isError ? undefined : null;
}

/** After signing in or out: everything is asked anew. */
export async function sessionChanged(isSignedIn: boolean): Promise<void> {
  noteMayBeSignedIn(isSignedIn);
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== '/api/site' });
  if (isSignedIn) await queryClient.fetchQuery(sessionQuery);
  else queryClient.setQueryData(sessionQuery.queryKey, null);
}

/** Who is signed in, on pages that nobody sees who is not. @throws Error elsewhere. */
export function useMe(): Me {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('This belongs below the console, which lets in only who is signed in.');
  return data;
}

const ACCOUNT = 'account';

export interface CurrentAccount extends Membership {
  /** `/api/me/accounts/<id>`, below which everything about the account is asked. */
  readonly path: string;
  readonly may: (...permissions: readonly AccountPermission[]) => boolean;
}

/** The account that the console shows: the chosen one, or the first. Null for somebody who is in none. */
export function useAccount(): CurrentAccount | null {
  const { memberships } = useMe();
  const [chosen] = useChoice(ACCOUNT);
  const membership = memberships.find(({ accountId }) => accountId === chosen) ?? memberships[0];
  if (!membership) return null;
  return {
    ...membership,
    path: accountPath(membership.accountId),
    may: (...permissions) => permissions.some((permission) => membership.permissions.includes(permission)),
  };
}

/** The account whose prices public pages show; undefined for visitors, and for somebody who is in none. */
export function useViewedAccountId(): string | undefined {
  const me = useSession();
  const [chosen] = useChoice(ACCOUNT);
  const memberships = me?.memberships ?? [];
  return (memberships.find(({ accountId }) => accountId === chosen) ?? memberships[0])?.accountId;
}

export function accountPath(accountId: string): string {
  return `/api/me/accounts/${accountId}`;
}

export function chooseAccount(accountId: string): void {
  writeChoice(ACCOUNT, accountId);
}
