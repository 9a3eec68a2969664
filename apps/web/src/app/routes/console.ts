import { createRoute, redirect } from '@tanstack/react-router';
import { page } from '../page';
import { consoleLayout } from './root';
import { readUsageSearch } from '../../ui/usage-search';

const dashboardRoute = createRoute({
  getParentRoute: () => consoleLayout,
  path: '/dashboard',
  ...page(() => import('../../features/dashboard/dashboard-page'), 'DashboardPage', 'dashboard'),
});

const keysRoute = createRoute({
  getParentRoute: () => consoleLayout,
  path: '/keys',
  ...page(() => import('../../features/keys/keys-page'), 'KeysPage', 'keys'),
});

const usageRoute = createRoute({
  getParentRoute: () => consoleLayout,
  path: '/usage',
  validateSearch: readUsageSearch,
  ...page(() => import('../../features/usage/usage-page'), 'UsagePage', 'usage'),
});

const walletRoute = createRoute({
  getParentRoute: () => consoleLayout,
  path: '/wallet',
  ...page(() => import('../../features/wallet/wallet-page'), 'WalletPage', 'wallet'),
});

const receiptRoute = createRoute({
  getParentRoute: () => consoleLayout,
  path: '/wallet/receipts/$paymentId',
  ...page(() => import('../../features/wallet/receipt-page'), 'ReceiptPage', 'wallet'),
});

/** Where payment providers send people back to. */
const returnedRoute = createRoute({
  getParentRoute: () => consoleLayout,
  path: '/top-up',
  validateSearch: ({ payment, outcome }): { payment?: string; outcome?: 'cancelled' } => ({
    ...(typeof payment === 'string' ? { payment } : {}),
    ...(outcome === 'cancelled' ? { outcome } : {}),
  }),
  // Whoever types the address wants to top up.
  beforeLoad: ({ search }) => {
    if (search.payment === undefined) throw redirect({ to: '/wallet', replace: true });
  },
  ...page(() => import('../../features/wallet/returned-page'), 'ReturnedPage', 'wallet'),
});

const membersRoute = createRoute({
  getParentRoute: () => consoleLayout,
  path: '/members',
  ...page(() => import('../../features/members/members-page'), 'MembersPage', 'members'),
});

const profileRoute = createRoute({
  getParentRoute: () => consoleLayout,
  path: '/profile',
  validateSearch: ({ linked, error }): { linked?: 'yes'; error?: string } => ({
    ...(linked === 'yes' ? { linked } : {}),
    ...(typeof error === 'string' ? { error } : {}),
  }),
  ...page(() => import('../../features/profile/profile-page'), 'ProfilePage', 'profile'),
});

const playgroundRoute = createRoute({
  getParentRoute: () => consoleLayout,
  path: '/playground',
  ...page(() => import('../../features/playground/playground-page'), 'PlaygroundPage', 'playground'),
});

/** Pages of account holders. */
export const consoleRoutes = [
  dashboardRoute,
  keysRoute,
  usageRoute,
  playgroundRoute,
  walletRoute,
  receiptRoute,
  returnedRoute,
  membersRoute,
  profileRoute,
] as const;
