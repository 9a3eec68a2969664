import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { waitFor } from '@code-router/testing';
import { setAdminStage, type Items } from './administration/admin-stage.js';
import { describeChannels } from './administration/channels.js';
import { describeDeadLetters } from './administration/dead-letters.js';
import { describePrices } from './administration/prices.js';
import { describeWebhooks } from './administration/webhooks.js';
import type { Visitor } from './visitor.js';

const stage = setAdminStage();

const CHINESE_DESCRIPTIONS = JSON.parse(
  readFileSync(new URL('../../apps/web/src/features/admin-settings/descriptions/zh.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, string>>;

const PAGES = [
  ['/admin', 'admin-overview'],
  ['/admin/channels', 'admin-channels'],
  ['/admin/models', 'admin-models'],
  ['/admin/model?name=demo-chat', 'admin-model'],
  ['/admin/groups', 'admin-groups'],
  ['/admin/accounts', 'admin-accounts'],
  ['/admin/accounts/{demo}', 'admin-account'],
  ['/admin/accounts/{demo}?tab=keys', 'admin-account-keys'],
  ['/admin/accounts/{demo}?tab=members', 'admin-account-members'],
  ['/admin/users', 'admin-users'],
  ['/admin/redemption-codes', 'admin-codes'],
  ['/admin/usage', 'admin-usage'],
  ['/admin/ledger', 'admin-ledger'],
  ['/admin/webhooks', 'admin-webhooks'],
  ['/admin/queue', 'admin-queue'],
  ['/admin/settings', 'admin-settings'],
  ['/admin/audit-log', 'admin-audit-log'],
] as const;

const VARIANTS = [
  { language: 'en', theme: 'light', device: 'desktop' },
  { language: 'zh', theme: 'dark', device: 'phone' },
] as const;

let demoAccountId = '';

beforeAll(async () => {
  // For the pages to show: requests, and what they cost at the provider.
  const { items: channels } = await stage.operator.ask<Items<{ id: string }>>('GET', '/api/channels');
  for (const { id } of channels)
    await stage.operator.ask('PATCH', `/api/channels/${id}`, { costMultiplierMillionths: '620000' });
  const { items: accounts } = await stage.operator.ask<Items<{ id: string }>>('GET', '/api/accounts?search=Demo');
  demoAccountId = accounts[0]?.id ?? '';
  await Promise.all(Array.from({ length: 12 }, (_, index) => stage.call(index % 3 === 0 ? 'demo-large' : 'demo-chat')));
}, 60_000);

describe('with the keyboard alone', () => {
  it('a dialog gives the focus back to what it was opened from, a menu too', async () => {
    await stage.at('/admin/accounts', async (page) => {
      const opener = page.getByRole('button', { name: 'New account' });
      await opener.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'New account' }).getByRole('textbox', { name: 'Name' }).waitFor();
      await page.keyboard.press('Escape');
      expect(await waitFor(() => isFocused(opener), { what: 'the focus to be back' })).toBe(true);
    });
    await stage.at('/admin/groups', async (page) => {
      const menu = page.getByRole('button', { name: 'Actions for default' });
      await menu.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: 'Edit' }).press('Enter');
      await page.getByRole('dialog').getByRole('textbox').first().waitFor();
      await page.keyboard.press('Escape');
      expect(await waitFor(() => isFocused(menu), { what: 'the focus to be back at the menu' })).toBe(true);
    });
  });

  const isFocused = (what: Locator): Promise<boolean> => what.evaluate((element) => element === document.activeElement);
});

describe('the pages of the administration', () => {
  it('are for administrators', async () => {
    const visitor = await stage.web.visitor({ signedInAs: stage.person });
    const page = await visitor.open('/admin/accounts');
    expect(await page.getByText('Only administrators see this page').innerText()).not.toBe('');
    await visitor.close();
  });
});

describeChannels(stage);
describePrices(stage);
describeWebhooks(stage);

describe('an administrator', () => {
  it('changes what a pair of groups pays in the matrix, and quotes follow', async () => {
    await stage.operator.ask('PUT', '/api/groups', { name: 'partners', multiplier: '1', choosableBy: null });
    await stage.at('/admin/groups', async (page) => {
      const cell = page.getByRole('textbox', { name: 'Accounts of default with keys of partners' });
      await cell.fill('0.75');
      await cell.press('Enter');
      await page.getByText('The multiplier of default with partners is saved.').waitFor();
    });
    const { models } = await stage.operator.ask<{ models: { name: string; multiplierMillionths: string }[] }>(
      'GET',
      '/api/catalog?accountGroup=default&group=partners',
    );
    expect(models.find(({ name }) => name === 'demo-chat')?.multiplierMillionths).toBe('750000');
  });

  it('grants to an account, exactly', async () => {
    await stage.at('/admin/accounts?search=ada', async (page) => {
      await page.getByRole('button', { name: /^ada/ }).click();
      await page.getByRole('button', { name: 'Grant', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Amount' }).fill('1.234567891');
      await dialog.getByRole('button', { name: 'Grant', exact: true }).click();
      await page.getByText(/is granted to ada/).waitFor();
    });
    const account = await stage.operator.ask<{ balanceNanos: string }>(
      'GET',
      `/api/accounts/${stage.person.accountId}`,
    );
    expect(account.balanceNanos).toBe('6234567891');
  });

  it('enters a user, who can sign in', async () => {
    await stage.at('/admin/users', async (page) => {
      await page.getByRole('button', { name: 'New user' }).click();
      await page.getByRole('textbox', { name: 'Username' }).fill('grace');
      await page.getByRole('textbox', { name: 'First password' }).fill('a long password');
      await page.getByRole('button', { name: 'Create the user' }).click();
      await page.getByText('grace can sign in now.').waitFor();
    });
    const { items } = await stage.operator.ask<Items<Record<string, unknown>>>('GET', '/api/users?search=grace');
    expect(items).toMatchObject([{ username: 'grace', role: 'user', status: 'active' }]);
    const visitor = await stage.web.visitor({ signedInAs: { username: 'grace', password: 'a long password' } });
    await visitor.close();
  });

  it('makes codes that are shown once and can be redeemed', async () => {
    let code = '';
    await stage.at('/admin/redemption-codes', async (page) => {
      await page.getByRole('button', { name: 'New batch' }).first().click();
      await page.getByRole('textbox', { name: 'Name' }).fill('Spring');
      await page.getByRole('textbox', { name: 'Worth of each code' }).fill('2');
      await page.getByRole('button', { name: 'Make the codes' }).click();
      const codes = await page.getByRole('region', { name: 'The codes' }).innerText();
      expect(codes.trim().split('\n')).toHaveLength(10);
      [code = ''] = codes.split('\n');
      await page.getByRole('button', { name: 'I have kept them' }).click();
      await page.getByText('0 of 10').waitFor();
    });
    const { items } = await stage.operator.ask<Items<Record<string, unknown>>>('GET', '/api/redemption-batches');
    expect(items).toMatchObject([{ name: 'Spring', amountNanos: '2000000000', codeCount: 10 }]);
    expect(code).toMatch(/^[0-9A-Z-]{20,}$/);
  });

  it('refunds a request from its details', async () => {
    const [record] = (
      await stage.operator.ask<Items<{ id: string; amountNanos: string; accountId: string }>>(
        'GET',
        '/api/usage?limit=1',
      )
    ).items;
    const path = `/api/accounts/${record?.accountId}`;
    const before = await stage.operator.ask<{ balanceNanos: string }>('GET', path);
    await stage.at('/admin/usage', async (page) => {
      await page.getByRole('table', { name: 'Requests' }).locator('tbody tr button').first().click();
      await page.getByRole('button', { name: 'Refund this request' }).click();
      await page.getByRole('textbox', { name: 'Reason' }).fill('The answer was cut off');
      await page.getByRole('button', { name: 'Refund', exact: true }).click();
      await page.getByText(/is given back/).waitFor();
      // The record still says what was used; what was given back is said beside it.
      await page.getByRole('alert').filter({ hasText: 'Refunded' }).waitFor();
    });
    expect(await stage.operator.ask('GET', `/api/usage/${record?.id}`)).toMatchObject({
      amountNanos: record?.amountNanos,
      refundedNanos: record?.amountNanos,
    });
    const after = await stage.operator.ask<{ balanceNanos: string }>('GET', path);
    expect(BigInt(after.balanceNanos) - BigInt(before.balanceNanos)).toBe(BigInt(record?.amountNanos ?? '0'));
    expect(after.balanceNanos).not.toBe(before.balanceNanos);
  });

  it('refunds a part of a request once, also when it is sent again after its answer was lost', async () => {
    const newest = async () => (await stage.operator.ask<Items<{ id: string }>>('GET', '/api/usage?limit=1')).items[0];
    const before = await newest();
    await stage.call();
    await waitFor(async () => (await newest())?.id !== before?.id, { what: 'the next request', timeoutMs: 60_000 });
    let sent = 0;
    await stage.at(
      '/admin/usage',
      async (page) => {
        await page.route('**/api/refunds', async (route) => {
          sent += 1;
          if (sent > 1) return route.continue();
          expect((await route.fetch()).ok()).toBe(true);
          return route.abort();
        });
        await page.getByRole('table', { name: 'Requests' }).locator('tbody tr button').first().click();
        await page.getByRole('button', { name: 'Refund this request' }).click();
        const dialog = page.getByRole('dialog').filter({ has: page.getByRole('textbox', { name: 'Reason' }) });
        await dialog.getByRole('textbox', { name: 'Amount' }).fill('0.000000001');
        await dialog.getByRole('textbox', { name: 'Reason' }).fill('The answer was cut off');
        await dialog.getByRole('button', { name: 'Refund', exact: true }).click();
        await dialog.getByRole('alert').waitFor();
        await dialog.getByRole('button', { name: 'Refund', exact: true }).click();
        await page.getByText(/is given back/).waitFor();
        await page.unroute('**/api/refunds');
      },
      [/ERR_FAILED.*\/api\/refunds/],
    );
    expect(sent).toBe(2);
    const [record] = (await stage.operator.ask<Items<{ accountId: string }>>('GET', '/api/usage?limit=1')).items;
    const { items } = await stage.operator.ask<Items<{ amountNanos: string }>>(
      'GET',
      `/api/accounts/${record?.accountId}/ledger`,
    );
    expect(items.filter(({ amountNanos }) => amountNanos === '1')).toHaveLength(1);
  });

  it('sees that the books are right, and compares them with the log', async () => {
    await stage.at('/admin/ledger', async (page) => {
      await page.getByText('All invariants hold').waitFor();
      await page.getByText('Exactly zero').waitFor();
      await page.getByRole('button', { name: 'Run now' }).click();
      await page.getByText('A reconciliation has begun.').waitFor();
    });
    const { items } = await stage.operator.ask<Items<unknown>>('GET', '/api/reconciliation');
    expect(items.length).toBeGreaterThan(0);
  });

  it('announces something to everybody, and takes it back', async () => {
    const announce = (text: string) =>
      stage.at('/admin/settings', async (page) => {
        await page.getByRole('textbox', { name: 'Announcement' }).fill(text);
        await page.getByRole('button', { name: 'Save', exact: true }).click();
        await page.getByText('The site is saved.').waitFor();
      });
    await announce('Maintenance on Sunday');
    expect(await stage.operator.ask('GET', '/api/site')).toMatchObject({ announcement: 'Maintenance on Sunday' });
    const visitor = await stage.web.visitor();
    await (await visitor.open('/pricing')).getByText('Maintenance on Sunday').waitFor();
    await visitor.close();
    await announce('');
    expect(await stage.operator.ask('GET', '/api/site')).toMatchObject({ announcement: null });
  });

  it('reads in Chinese as well what each variable of the environment is for', async () => {
    interface Settings {
      readonly services: readonly { readonly settings: readonly { readonly name: string }[] }[];
    }
    const { services } = await stage.operator.ask<Settings>('GET', '/api/settings');
    const names = services.flatMap(({ settings }) => settings.map(({ name }) => name));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !(name in CHINESE_DESCRIPTIONS))).toEqual([]);
  });

  it('finds what was done in the audit log, with what it was before and after', async () => {
    await stage.operator.ask('PATCH', `/api/accounts/${stage.person.accountId}`, { name: 'Ada Ltd' });
    await stage.at('/admin/audit-log', async (page) => {
      await page
        .getByRole('button', { name: /PATCH \/api\/accounts/ })
        .first()
        .click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('What changed').waitFor();
      expect(await dialog.locator('del').allInnerTexts()).toContain('ada');
      expect(await dialog.locator('ins').allInnerTexts()).toContain('Ada Ltd');
    });
  });
});

// After the others, so that the pages show what was made above.
describe.each(VARIANTS)('every page of the administration: $language, $theme, $device', (variant) => {
  let visitor: Visitor;

  beforeAll(async () => {
    visitor = await stage.web.visitor({ ...variant, signedInAs: 'admin' });
    await stage.web.showPastUsage();
    await visitor.open('/admin');
  });

  afterAll(async () => {
    await visitor?.close();
  });

  it.each(PAGES)('%s can be read by everybody, fits the screen and has no faults', async (path, name) => {
    const page = await visitor.visit(path.replace('{demo}', demoAccountId));
    expect(await visitor.seriousViolations()).toEqual([]);
    expect(await visitor.sidewaysScroll()).toBe(0);
    expect(await page.getByRole('alert').allInnerTexts()).toEqual([]);
    await visitor.screenshot(name);
    expect(visitor.problems()).toEqual([]);
  });
});

// Last, because what is laid aside stays, and would stand in every picture.
describeDeadLetters(stage);
