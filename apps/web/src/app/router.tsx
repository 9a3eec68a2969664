import { createRouter } from '@tanstack/react-router';
import { ErrorPage } from './error-page';
import { NotFoundPage } from './not-found-page';
import { PendingPage } from './pending-page';
import { adminRoutes } from './routes/admin';
import { consoleRoutes } from './routes/console';
import { publicRoutes } from './routes/public';
import { adminLayout, consoleLayout, rootRoute } from './routes/root';

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    ...publicRoutes,
    consoleLayout.addChildren([...consoleRoutes, adminLayout.addChildren([...adminRoutes])]),
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFoundPage,
  defaultPendingComponent: PendingPage,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
