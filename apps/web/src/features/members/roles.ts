import type { AccountRole } from '@code-router/contracts';

/** From the one that may most to the one that may least. */
export const ROLES: readonly AccountRole[] = ['owner', 'admin', 'member', 'billing'];
