import { createRootRoute, createRoute, Outlet, redirect } from '@tanstack/react-router';
import { queryClient } from '../../api/query-client';
import { noteMayBeSignedIn, sessionQuery } from '../../api/session';
import { ForbiddenPage } from '../forbidden-page';
import { Shell } from '../shell/shell';

export const rootRoute = createRootRoute({ component: Shell });

/** Pages for whoever is signed in; others are asked to sign in first, and come back. */
export const consoleLayout = createRoute({
  getParentRoute: () => rootRoute,
  id: 'console',
  beforeLoad: async ({ location }) => {
    const me = await queryClient.ensureQueryData(sessionQuery);
    if (!me) throw redirect({ to: '/sign-in', search: askedFor(location.href) });
    noteMayBeSignedIn(true);
    return { me };
  },
  component: Outlet,
});

/** Where to go after signing in. A single sign-on that failed comes back with its error, which is no part of that place. */
function askedFor(href: string): { readonly returnTo: string; readonly error?: string } {
  const url = new URL(href, window.location.origin);
  const error = url.searchParams.get('error');
  if (error === null) return { returnTo: href };
  url.searchParams.delete('error');
  return { returnTo: `${url.pathname}${url.search}${url.hash}`, error };
}

/** Pages for administrators of the installation. The gateway checks each request again. */
export const adminLayout = createRoute({
  getParentRoute: () => consoleLayout,
  id: 'admin',
  component: function Administration() {
    const { me } = adminLayout.useRouteContext();
    return me.user.role === 'user' ? <ForbiddenPage /> : <Outlet />;
  },
});
