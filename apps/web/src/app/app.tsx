import { MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { onSignedOut, queryClient } from '../api/query-client';
import { mayBeSignedIn, noteMayBeSignedIn, sessionChanged } from '../api/session';
import { MoneyProvider } from '../ui/use-money';
import { cspNonce } from './csp-nonce';
import { router } from './router';
import { colorSchemeManager, cssVariables, theme } from './theme';
import { useFocusReturn } from './use-focus-return';

// A session that ended elsewhere: a page that needs one asks to sign in again, and comes back. The page goes first, since
// it shows what the session may no longer see.
onSignedOut(async () => {
  if (!mayBeSignedIn()) return;
  noteMayBeSignedIn(false);
  const { matches, location } = router.state;
  if (!matches.some(({ routeId }) => routeId === '/console')) return;
  await router.navigate({ to: '/sign-in', search: { returnTo: location.href } });
  await sessionChanged(false);
});

export function App() {
  const { t } = useTranslation('app');
  useFocusReturn();
  // The crosses of dialogs and notices show no word, so they are given one.
  const named = useMemo(
    () => mergeThemeOverrides(theme, { components: { CloseButton: { defaultProps: { 'aria-label': t('close') } } } }),
    [t],
  );
  return (
    <MantineProvider
      theme={named}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      getStyleNonce={cspNonce}
    >
      <QueryClientProvider client={queryClient}>
        <MoneyProvider>
          <RouterProvider router={router} />
        </MoneyProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
