import { createRoute } from '@tanstack/react-router';
import { page } from '../page';
import { consoleLayout } from './root';

const dashboardRoute = createRoute({
  getParentRoute: () => consoleLayout,
  path: '/dashboard',
  ...page(() => import('../../features/dashboard/dashboard-page'), 'DashboardPage', 'dashboard'),
});

/** Pages of account holders. */
export const consoleRoutes = [dashboardRoute] as const;
