import { createRoute } from '@tanstack/react-router';
import { page } from '../page';
import { adminLayout } from './root';

type Search = Record<string, unknown>;

/** A text of the address; the router takes what looks like a number for one. */
const text = (value: unknown): string | undefined => {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const overviewRoute = createRoute({
  getParentRoute: () => adminLayout,
  path: '/admin',
  ...page(() => import('../../features/admin-overview/overview-page'), 'OverviewPage', 'admin-overview'),
});

const channelsRoute = createRoute({
  getParentRoute: () => adminLayout,
  path: '/admin/channels',
  ...page(() => import('../../features/admin-channels/channels-page'), 'ChannelsPage', 'admin-channels'),
});

const accountsRoute = createRoute({
  getParentRoute: () => adminLayout,
  path: '/admin/accounts',
  validateSearch: ({ search }: Search): { search?: string } => ({ search: text(search) }),
  ...page(() => import('../../features/admin-accounts/accounts-page'), 'AccountsPage', 'admin-accounts'),
});

const ACCOUNT_TABS = ['ledger', 'keys', 'members', 'usage', 'about'] as const;

const accountRoute = createRoute({
  getParentRoute: () => adminLayout,
  path: '/admin/accounts/$accountId',
  validateSearch: ({ tab }: Search): { tab?: (typeof ACCOUNT_TABS)[number] } => ({
    tab: ACCOUNT_TABS.find((known) => known === tab),
  }),
  ...page(() => import('../../features/admin-accounts/account-page'), 'AccountPage', 'admin-accounts'),
});

const usersRoute = createRoute({
  getParentRoute: () => adminLayout,
  path: '/admin/users',
  ...page(() => import('../../features/admin-users/users-page'), 'UsersPage', 'admin-users'),
});

const codesRoute = createRoute({
  getParentRoute: () => adminLayout,
  path: '/admin/redemption-codes',
  ...page(() => import('../../features/admin-codes/codes-page'), 'CodesPage', 'admin-codes'),
});

const ledgerRoute = createRoute({
  getParentRoute: () => adminLayout,
  path: '/admin/ledger',
  ...page(() => import('../../features/admin-ledger/ledger-page'), 'LedgerPage', 'admin-ledger'),
});

const settingsRoute = createRoute({
  getParentRoute: () => adminLayout,
  path: '/admin/settings',
  ...page(() => import('../../features/admin-settings/settings-page'), 'SettingsPage', 'admin-settings'),
});

const auditLogRoute = createRoute({
  getParentRoute: () => adminLayout,
  path: '/admin/audit-log',
  validateSearch: ({
    actor,
    action,
    from,
    to,
  }: Search): Partial<Record<'actor' | 'action' | 'from' | 'to', string>> => ({
    actor: text(actor),
    action: text(action),
    from: text(from),
    to: text(to),
  }),
  ...page(() => import('../../features/admin-audit-log/audit-log-page'), 'AuditLogPage', 'admin-audit-log'),
});

const modelsRoute = createRoute({
  getParentRoute: () => adminLayout,
  path: '/admin/models',
  validateSearch: ({ search }: Search): { search?: string } => ({ search: text(search) }),
  ...page(() => import('../../features/admin-models/models-page'), 'ModelsPage', 'admin-models'),
});

/** The name is no part of the path, since names have slashes. */
const modelRoute = createRoute({
  getParentRoute: () => adminLayout,
  path: '/admin/model',
  validateSearch: ({ name }: Search): { name?: string } => ({ name: text(name) }),
  ...page(() => import('../../features/admin-models/model-page'), 'ModelPage', 'admin-models'),
});

const groupsRoute = createRoute({
  getParentRoute: () => adminLayout,
  path: '/admin/groups',
  ...page(() => import('../../features/admin-groups/groups-page'), 'GroupsPage', 'admin-groups'),
});

const USAGE_FILTERS = ['accountId', 'channelId', 'model', 'status', 'requestId', 'from', 'to'] as const;

const usageRoute = createRoute({
  getParentRoute: () => adminLayout,
  path: '/admin/usage',
  validateSearch: (search: Search): Partial<Record<(typeof USAGE_FILTERS)[number], string>> =>
    Object.fromEntries(
      USAGE_FILTERS.map((name) => [name, text(search[name])] as const).filter(([, value]) => value !== undefined),
    ),
  ...page(() => import('../../features/admin-usage/usage-page'), 'AdminUsagePage', 'admin-usage'),
});

const webhooksRoute = createRoute({
  getParentRoute: () => adminLayout,
  path: '/admin/webhooks',
  ...page(() => import('../../features/admin-webhooks/webhooks-page'), 'WebhooksPage', 'admin-webhooks'),
});

const queueRoute = createRoute({
  getParentRoute: () => adminLayout,
  path: '/admin/queue',
  ...page(() => import('../../features/admin-queue/queue-page'), 'QueuePage', 'admin-queue'),
});

/** Pages of the administration. */
export const adminRoutes = [
  overviewRoute,
  channelsRoute,
  modelsRoute,
  modelRoute,
  groupsRoute,
  usageRoute,
  webhooksRoute,
  queueRoute,
  accountsRoute,
  accountRoute,
  usersRoute,
  codesRoute,
  ledgerRoute,
  settingsRoute,
  auditLogRoute,
] as const;
