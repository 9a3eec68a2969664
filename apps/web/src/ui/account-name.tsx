import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Account } from '@code-router/contracts';
import { api } from '../api/client';

const STALE_MS = 300_000;

/** The name of an account, which leads to it; for administrators. Until it is known, its id. */
export function AccountName({ id }: { readonly id: string }) {
  const { data } = useQuery({
    queryKey: ['/api/accounts', id],
    queryFn: ({ signal }) => api.get<Account>(`/api/accounts/${id}`, { signal }),
    staleTime: STALE_MS,
  });
  return (
    <Anchor
      inherit
      renderRoot={(props) => <Link to="/admin/accounts/$accountId" params={{ accountId: id }} {...props} />}
    >
      {data?.name ?? id.slice(0, 8)}
    </Anchor>
  );
}
