import { createRoute } from '@tanstack/react-router';
import { page } from '../page';
import { adminLayout } from './root';

const overviewRoute = createRoute({
  getParentRoute: () => adminLayout,
  path: '/admin',
  ...page(() => import('../../features/admin-overview/overview-page'), 'OverviewPage', 'admin-overview'),
});

/** Pages of the administration. */
export const adminRoutes = [overviewRoute] as const;
