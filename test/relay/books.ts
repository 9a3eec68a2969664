import type { Administrator } from './stage/administrator.js';

/** The rules of the books that are broken, of which there must never be one. */
export async function brokenRules(admin: Administrator): Promise<readonly string[]> {
  return Object.entries(await admin.audit())
    .filter(([, count]) => count !== 0)
    .map(([rule, count]) => `${rule}: ${count}`);
}
