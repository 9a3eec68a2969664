import {
  IconBuilding,
  IconGauge,
  IconHistory,
  IconKey,
  IconLayoutDashboard,
  IconListSearch,
  IconMessageChatbot,
  IconReportSearch,
  IconRoute,
  IconScale,
  IconSettings,
  IconStack,
  IconStack2,
  IconTag,
  IconTicket,
  IconUserCog,
  IconUsers,
  IconUsersGroup,
  IconWallet,
  IconWebhook,
  type Icon,
} from '@tabler/icons-react';
import type { LinkProps } from '@tanstack/react-router';
import type { AccountPermission } from '@code-router/contracts';

export interface NavigationItem {
  readonly to: NonNullable<LinkProps['to']>;
  /** Below `nav` in the texts of the app. */
  readonly text: string;
  readonly icon: Icon;
  /** Any one of these is needed in the account; absent: everybody sees it. */
  readonly needs?: readonly AccountPermission[];
}

export const ACCOUNT_ITEMS: readonly NavigationItem[] = [
  { to: '/dashboard', text: 'dashboard', icon: IconLayoutDashboard },
  { to: '/keys', text: 'keys', icon: IconKey, needs: ['keys.read', 'keys.read-own'] },
  { to: '/usage', text: 'usage', icon: IconListSearch, needs: ['usage.read', 'usage.read-own'] },
  { to: '/playground', text: 'playground', icon: IconMessageChatbot, needs: ['keys.manage', 'keys.manage-own'] },
  { to: '/wallet', text: 'wallet', icon: IconWallet, needs: ['ledger.read', 'top-up'] },
  { to: '/members', text: 'members', icon: IconUsers, needs: ['members.read'] },
  { to: '/pricing', text: 'pricing', icon: IconTag },
];

export const ADMIN_ITEMS: readonly NavigationItem[] = [
  { to: '/admin', text: 'overview', icon: IconGauge },
  { to: '/admin/channels', text: 'channels', icon: IconRoute },
  { to: '/admin/models', text: 'models', icon: IconStack2 },
  { to: '/admin/groups', text: 'groups', icon: IconUsersGroup },
  { to: '/admin/accounts', text: 'accounts', icon: IconBuilding },
  { to: '/admin/users', text: 'users', icon: IconUserCog },
  { to: '/admin/redemption-codes', text: 'codes', icon: IconTicket },
  { to: '/admin/usage', text: 'allUsage', icon: IconReportSearch },
  { to: '/admin/ledger', text: 'ledger', icon: IconScale },
  { to: '/admin/webhooks', text: 'webhooks', icon: IconWebhook },
  { to: '/admin/queue', text: 'queue', icon: IconStack },
  { to: '/admin/settings', text: 'settings', icon: IconSettings },
  { to: '/admin/audit-log', text: 'auditLog', icon: IconHistory },
];
