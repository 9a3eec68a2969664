import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Operator, type Person } from './operator.js';
import { startWeb, type RunningWeb } from './running-web.js';
import type { Visitor } from './visitor.js';

let web: RunningWeb;
let operator: Operator;
let person: Person;

beforeAll(async () => {
  web = await startWeb();
  operator = await Operator.signIn(web.system);
  person = await operator.person('ada', { balanceNanos: '5000000000' });
  await call();
});

afterAll(async () => {
  await web?.stop();
});

/** One request with the demo key, for the pages to show. */
async function call(): Promise<void> {
  const answer = await fetch(`${web.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${web.system.demoKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'demo-chat', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 20 }),
  });
  await answer.text();
  expect(answer.status).toBe(200);
}

interface Items<Item> {
  readonly items: readonly Item[];
}

/** Works as the administrator, and expects that nothing went wrong meanwhile, but for refusals that are meant. */
async function asAdmin(work: (visitor: Visitor) => Promise<void>, meant: readonly RegExp[] = []): Promise<void> {
  const visitor = await web.visitor({ signedInAs: 'admin' });
  await work(visitor);
  expect(visitor.problems(meant)).toEqual([]);
  await visitor.close();
}

const PAGES = [
  ['/admin', 'admin-overview'],
  ['/admin/channels', 'admin-channels'],
  ['/admin/models', 'admin-models'],
  ['/admin/model?name=demo-chat', 'admin-model'],
  ['/admin/groups', 'admin-groups'],
  ['/admin/accounts', 'admin-accounts'],
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

describe('the pages of the administration', () => {
  it('are for administrators', async () => {
    const visitor = await web.visitor({ signedInAs: person });
    const page = await visitor.open('/admin/accounts');
    expect(await page.getByText('Only administrators see this page').innerText()).not.toBe('');
    await visitor.close();
  });
});

describe('an administrator', () => {
  it('creates a channel and tests it', async () => {
    await asAdmin(async (visitor) => {
      const page = await visitor.open('/admin/channels');
      await page.getByRole('button', { name: 'New channel' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('second-demo');
      await page.getByRole('combobox', { name: 'Provider', exact: true }).click();
      await page.getByRole('option', { name: 'Demo (built in)' }).click();
      await page.getByRole('textbox', { name: 'Models' }).fill('demo-chat\nquick = demo-chat');
      await page.getByRole('textbox', { name: /^Cost as a share/ }).fill('0.8');
      await page.getByRole('button', { name: 'Create the channel' }).click();
      await page.getByRole('button', { name: 'Actions for second-demo' }).click();
      await page.getByRole('menuitem', { name: 'Test' }).click();
      await page.getByRole('button', { name: 'Send' }).click();
      await page.getByText('It answered').waitFor();
    });
    const { items } = await operator.ask<Items<Record<string, unknown>>>('GET', '/api/channels');
    expect(items.find(({ name }) => name === 'second-demo')).toMatchObject({
      provider: 'demo',
      models: [
        { name: 'demo-chat', upstreamName: 'demo-chat' },
        { name: 'quick', upstreamName: 'demo-chat' },
      ],
      costMultiplierMillionths: '800000',
    });
  });

  it('gives a channel another key, tests both, and takes one out of use', async () => {
    interface WithKeys {
      readonly keys: readonly { readonly label: string | null; readonly hint: string; readonly status: string }[];
    }
    const { id } = await operator.ask<{ id: string }>('POST', '/api/channels', {
      name: 'two-keys',
      provider: 'openai-compatible',
      baseUrl: 'http://127.0.0.1:1/v1',
      apiKey: 'sk-the-first-of-two-1111',
      models: [{ name: 'nobody-asks-for-this' }],
    });
    await asAdmin(async (visitor) => {
      const page = await visitor.open('/admin/channels');
      await page.getByRole('button', { name: 'Actions for two-keys' }).click();
      await page.getByRole('menuitem', { name: 'Provider keys' }).click();
      const keys = page.getByRole('dialog', { name: 'Provider keys of two-keys' });
      await keys.getByText('sk-…1111').waitFor();
      await keys.getByRole('button', { name: 'Add a key' }).click();
      const form = page.getByRole('dialog', { name: 'Add a key' });
      await form.getByLabel('Provider key').first().fill('sk-the-second-of-two-2222');
      await form.getByRole('textbox', { name: 'Label' }).fill('team');
      await form.getByRole('button', { name: 'Add a key' }).click();
      await keys.getByText('sk-…2222').waitFor();
      await keys.getByRole('button', { name: 'Test all keys' }).click();
      await page.getByText('2 keys failed. Their rows say why.').waitFor();
      await keys.getByText('The provider could not be reached.').first().waitFor();
      await keys.getByRole('button', { name: 'Actions for team' }).click();
      await page.getByRole('menuitem', { name: 'Disable' }).click();
      await keys.getByText('Disabled', { exact: true }).waitFor();
      expect(await page.content()).not.toContain('-of-two-');
    });
    const { keys } = await operator.ask<WithKeys>('GET', `/api/channels/${id}`);
    expect(keys).toMatchObject([
      { label: null, hint: 'sk-…1111', status: 'active' },
      { label: 'team', hint: 'sk-…2222', status: 'disabled' },
    ]);
    await operator.ask('DELETE', `/api/channels/${id}`);
  });

  it('enters a price that looks like a slip only after confirming it', async () => {
    interface Version {
      readonly terms: { readonly rates: Readonly<Record<string, string>> };
    }
    const versions = async () =>
      (await operator.ask<Items<Version>>('GET', '/api/prices?model=demo-large')).items.map(({ terms }) => terms);
    const before = await versions();
    await asAdmin(
      async (visitor) => {
        const page = await visitor.open('/admin/model?name=demo-large');
        await page.getByRole('button', { name: 'New price', exact: true }).first().click();
        await page.getByRole('textbox', { name: 'Input', exact: true }).first().fill('2000.000000001');
        await page.getByRole('button', { name: 'Enter the price' }).click();
        await page.getByText('Is that what you mean?').waitFor();
        expect(await versions()).toEqual(before);
        await page.getByRole('checkbox', { name: /these prices are meant/ }).check();
        await page.getByRole('button', { name: 'Enter the price' }).click();
        await page.getByText('The new price of demo-large is in force.').waitFor();
      },
      [/400 \(Bad Request\).*\/api\/prices/],
    );
    const [newest] = await versions();
    expect(newest?.rates['input']).toBe('2000000000001');
    expect(await versions()).toHaveLength(before.length + 1);
  });

  it('sees what an import would change before it is made', async () => {
    const count = async () => (await operator.ask<Items<unknown>>('GET', '/api/models?limit=200')).items.length;
    const before = await count();
    await asAdmin(async (visitor) => {
      const page = await visitor.open('/admin/models');
      await page.getByRole('button', { name: 'Import' }).first().click();
      await page.getByRole('button', { name: 'Show what would change' }).click();
      const apply = page.getByRole('button', { name: /^Apply \d+ changes/ });
      await apply.waitFor();
      expect(await count()).toBe(before);
      await apply.click();
      await page.getByText(/^Imported: /).waitFor();
    });
    expect(await count()).toBeGreaterThan(before);
  });

  it('changes what a pair of groups pays in the matrix, and quotes follow', async () => {
    await operator.ask('PUT', '/api/groups', { name: 'partners', multiplier: '1', choosableBy: null });
    await asAdmin(async (visitor) => {
      const page = await visitor.open('/admin/groups');
      const cell = page.getByRole('textbox', { name: 'Accounts of default with keys of partners' });
      await cell.fill('0.75');
      await cell.press('Enter');
      await page.getByText('The multiplier of default with partners is saved.').waitFor();
    });
    const { models } = await operator.ask<{ models: { name: string; multiplierMillionths: string }[] }>(
      'GET',
      '/api/catalog?accountGroup=default&group=partners',
    );
    expect(models.find(({ name }) => name === 'demo-chat')?.multiplierMillionths).toBe('750000');
  });

  it('grants to an account, exactly', async () => {
    await asAdmin(async (visitor) => {
      const page = await visitor.open('/admin/accounts?search=ada');
      await page.getByRole('button', { name: /^ada/ }).click();
      await page.getByRole('button', { name: 'Grant', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Amount' }).fill('1.234567891');
      await dialog.getByRole('button', { name: 'Grant', exact: true }).click();
      await page.getByText(/is granted to ada/).waitFor();
    });
    const account = await operator.ask<{ balanceNanos: string }>('GET', `/api/accounts/${person.accountId}`);
    expect(account.balanceNanos).toBe('6234567891');
  });

  it('enters a user, who can sign in', async () => {
    await asAdmin(async (visitor) => {
      const page = await visitor.open('/admin/users');
      await page.getByRole('button', { name: 'New user' }).click();
      await page.getByRole('textbox', { name: 'Username' }).fill('grace');
      await page.getByRole('textbox', { name: 'First password' }).fill('a long password');
      await page.getByRole('button', { name: 'Create the user' }).click();
      await page.getByText('grace can sign in now.').waitFor();
    });
    const { items } = await operator.ask<Items<Record<string, unknown>>>('GET', '/api/users?search=grace');
    expect(items).toMatchObject([{ username: 'grace', role: 'user', status: 'active' }]);
    const visitor = await web.visitor({ signedInAs: { username: 'grace', password: 'a long password' } });
    await visitor.close();
  });

  it('makes codes that are shown once and can be redeemed', async () => {
    let code = '';
    await asAdmin(async (visitor) => {
      const page = await visitor.open('/admin/redemption-codes');
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
    const { items } = await operator.ask<Items<Record<string, unknown>>>('GET', '/api/redemption-batches');
    expect(items).toMatchObject([{ name: 'Spring', amountNanos: '2000000000', codeCount: 10 }]);
    expect(code).toMatch(/^[0-9A-Z-]{20,}$/);
  });

  it('refunds a request from its details', async () => {
    const [record] = (
      await operator.ask<Items<{ amountNanos: string; accountId: string }>>('GET', '/api/usage?limit=1')
    ).items;
    const path = `/api/accounts/${record?.accountId}`;
    const before = await operator.ask<{ balanceNanos: string }>('GET', path);
    await asAdmin(async (visitor) => {
      const page = await visitor.open('/admin/usage');
      await page.getByRole('table', { name: 'Requests' }).locator('tbody tr button').first().click();
      await page.getByRole('button', { name: 'Refund this request' }).click();
      await page.getByRole('textbox', { name: 'Reason' }).fill('The answer was cut off');
      await page.getByRole('button', { name: 'Refund', exact: true }).click();
      await page.getByText(/is given back/).waitFor();
    });
    const after = await operator.ask<{ balanceNanos: string }>('GET', path);
    expect(BigInt(after.balanceNanos) - BigInt(before.balanceNanos)).toBe(BigInt(record?.amountNanos ?? '0'));
    expect(after.balanceNanos).not.toBe(before.balanceNanos);
  });

  it('refunds a part of a request once, also when it is sent again after its answer was lost', async () => {
    const requests = async () => (await operator.ask<Items<unknown>>('GET', '/api/usage?limit=2')).items.length;
    await call();
    while ((await requests()) < 2) await setTimeout(100);
    let sent = 0;
    await asAdmin(
      async (visitor) => {
        const page = await visitor.open('/admin/usage');
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
      },
      [/ERR_FAILED.*\/api\/refunds/],
    );
    expect(sent).toBe(2);
    const [record] = (await operator.ask<Items<{ accountId: string }>>('GET', '/api/usage?limit=1')).items;
    const { items } = await operator.ask<Items<{ amountNanos: string }>>(
      'GET',
      `/api/accounts/${record?.accountId}/ledger`,
    );
    expect(items.filter(({ amountNanos }) => amountNanos === '1')).toHaveLength(1);
  });

  it('creates a webhook, whose secret is shown once', async () => {
    await asAdmin(async (visitor) => {
      const page = await visitor.open('/admin/webhooks');
      await page.getByRole('button', { name: 'New webhook' }).first().click();
      await page.getByRole('textbox', { name: 'Name' }).fill('Billing');
      await page.getByRole('textbox', { name: 'Address' }).fill('https://billing.example.com/usage');
      await page.getByRole('button', { name: 'Create the webhook' }).click();
      await page.getByText(/^whsec_/).waitFor();
      await page.getByRole('button', { name: 'I have kept it' }).click();
    });
    const { items } = await operator.ask<Items<Record<string, unknown>>>('GET', '/api/webhooks');
    expect(items).toMatchObject([{ name: 'Billing', events: ['settled'], status: 'active' }]);
  });

  it('sees that the books are right, and compares them with the log', async () => {
    await asAdmin(async (visitor) => {
      const page = await visitor.open('/admin/ledger');
      await page.getByText('All invariants hold').waitFor();
      await page.getByText('Exactly zero').waitFor();
      await page.getByRole('button', { name: 'Run now' }).click();
      await page.getByText('A reconciliation has begun.').waitFor();
    });
    const { items } = await operator.ask<Items<unknown>>('GET', '/api/reconciliation');
    expect(items.length).toBeGreaterThan(0);
  });

  it('announces something to everybody', async () => {
    await asAdmin(async (visitor) => {
      const page = await visitor.open('/admin/settings');
      await page.getByRole('textbox', { name: 'Announcement' }).fill('Maintenance on Sunday');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('The site is saved.').waitFor();
    });
    expect(await operator.ask('GET', '/api/site')).toMatchObject({ announcement: 'Maintenance on Sunday' });
  });

  it('finds what was done in the audit log, with what it was before and after', async () => {
    await operator.ask('PATCH', `/api/accounts/${person.accountId}`, { name: 'Ada Ltd' });
    await asAdmin(async (visitor) => {
      const page = await visitor.open('/admin/audit-log');
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

// Last, so that the pages show what was made above.
describe.each(VARIANTS)('every page of the administration: $language, $theme, $device', (variant) => {
  let visitor: Visitor;

  beforeAll(async () => {
    visitor = await web.visitor({ ...variant, signedInAs: 'admin' });
  });

  afterAll(async () => {
    await visitor?.close();
  });

  it.each(PAGES)('%s can be read by everybody, fits the screen and has no faults', async (path, name) => {
    const page = await visitor.open(path);
    await page.waitForLoadState('networkidle');
    expect(await visitor.seriousViolations()).toEqual([]);
    expect(await visitor.sidewaysScroll()).toBe(0);
    expect(await page.getByRole('alert').allInnerTexts()).toEqual([]);
    await visitor.screenshot(name);
    expect(visitor.problems()).toEqual([]);
  });
});
