import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isApiError } from './errors';

/** How long an answer is taken for fresh: two parts of a page share it, a page that is opened again asks anew. */
const STALE_MS = 2_000;
const RETRIES = 2;

let signedOut: () => Promise<void> = () => Promise.resolve();

/** Calls back when the gateway says that the session has ended. */
export function onSignedOut(callback: () => Promise<void>): void {
  signedOut = callback;
}

/** Resolves when what only a session may see is no longer shown. */
export function reportSignedOut(): Promise<void> {
  return signedOut();
}

const onError = (error: unknown) => {
  if (isApiError(error, 'unauthorized')) void signedOut();
};

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      // What was refused will be refused again; what did not get through may get through.
      retry: (failures, error) =>
        failures < RETRIES && isApiError(error) && (error.status === 0 || error.status >= 500),
    },
  },
});
