import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from './client';

/** What everybody may know of this installation. */
export interface Site {
  readonly name: string;
  readonly announcement: string | null;
  readonly currency: string;
  readonly currencySymbol: string;
  readonly nanosPerQuotaUnit: string;
  readonly pricesArePlaceholders: boolean;
  readonly signUp: 'open' | 'closed';
  readonly oidc: boolean;
  readonly version: string;
}

/** What is shown until the gateway has said otherwise. */
export const SITE_DEFAULT: Site = {
  name: 'Code Router',
  announcement: null,
  currency: 'USD',
  currencySymbol: '$',
  nanosPerQuotaUnit: '2000',
  pricesArePlaceholders: false,
  signUp: 'closed',
  oidc: false,
  version: '',
};

export const siteQuery = queryOptions({
  queryKey: ['/api/site'],
  queryFn: ({ signal }) => api.get<Site>('/api/site', { signal }),
  staleTime: 60_000,
});

export function useSite(): Site {
  return useQuery(siteQuery).data ?? SITE_DEFAULT;
}
