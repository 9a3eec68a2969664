import { Outlet, useMatchRoute } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useSession } from '../../api/session';
import { PendingPage } from '../pending-page';
import { PublicShell } from './public-shell';

const ConsoleShell = lazy(() => import('./console-shell').then((module) => ({ default: module.ConsoleShell })));

/** What is around every page: a bar for visitors, the console's navigation for whoever is signed in. */
export function Shell() {
  const me = useSession();
  const matches = useMatchRoute();
  const isSigningIn = matches({ to: '/sign-in' }) !== false || matches({ to: '/sign-up' }) !== false;
  if (me === null || isSigningIn) {
    return (
      <PublicShell>
        <Outlet />
      </PublicShell>
    );
  }
  if (me === undefined) return <PendingPage />;
  return (
    <Suspense fallback={<PendingPage />}>
      <ConsoleShell me={me}>
        <Outlet />
      </ConsoleShell>
    </Suspense>
  );
}
