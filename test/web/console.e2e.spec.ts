import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { CreatedKey } from '@code-router/contracts';
import { freePort, waitFor } from '@code-router/testing';
import { startIdentityProvider, type IdentityProvider } from '../identity-provider/identity-provider.js';
import { Operator, type Person } from './operator.js';
import { startWeb, type RunningWeb } from './running-web.js';
import type { Appearance, Visitor } from './visitor.js';

const MODELS = ['demo-chat', 'demo-chat', 'demo-large', 'demo-per-call'];

let idp: IdentityProvider;
let web: RunningWeb;
let operator: Operator;
let holder: Person;
let newcomer: Person;

beforeAll(async () => {
  const port = await freePort();
  idp = await startIdentityProvider(`http://127.0.0.1:${port}/api/auth/oidc/callback`);
  const settings = { CODE_ROUTER_SIGN_UP: 'open', CODE_ROUTER_TRIAL_PAYMENTS: 'true', ...idp.environment };
  web = await startWeb(settings, port);
  operator = await Operator.signIn(web.system);
  holder = await operator.person('alice', { balanceNanos: '25000000000' });
  newcomer = await operator.person('newcomer');
  const budget = { credits: '0.5', period: 'monthly' };
  const production = await createKey({ name: 'production', budget, quotaCredits: '20' });
  const laptop = await createKey({ name: 'laptop', requestsPerMinute: 600 });
  const calls = Array.from({ length: 12 }, (_, call) => {
    const key = call % 3 === 0 ? laptop : production;
    const messages = [{ role: 'user', content: 'Hello! '.repeat(1 + call * 20) }];
    return callModel(key.secret, { model: MODELS[call % 4], max_tokens: 100, stream: call % 2 === 0, messages });
  });
  const refused = (await Promise.all(calls)).filter((status) => status !== 200);
  if (refused.length > 0) throw new Error(`calls were answered with ${refused.join(', ')}`);
  await waitFor(async () => (await recordsOf(holder)) === calls.length, { what: 'the records', timeoutMs: 60_000 });
  await web.showPastUsage();
}, 180_000);

afterAll(async () => {
  await web?.stop();
  idp?.stop();
});

async function createKey(fields: object): Promise<CreatedKey> {
  return operator.ask<CreatedKey>('POST', `/api/me/accounts/${holder.accountId}/keys`, fields, holder.token);
}

async function recordsOf({ accountId, token }: Person): Promise<number> {
  const path = `/api/me/accounts/${accountId}/usage?limit=100`;
  return (await operator.ask<{ items: unknown[] }>('GET', path, undefined, token)).items.length;
}

/** Calls a model as a program would, and reads the answer to its end. */
async function callModel(secret: string, body: object = {}): Promise<number> {
  const response = await fetch(`${web.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'demo-chat', messages: [{ role: 'user', content: 'Hello!' }], ...body }),
  });
  await response.arrayBuffer();
  return response.status;
}

const PAGES = ['dashboard', 'keys', 'usage', 'wallet', 'members', 'profile'] as const;
const THEMES = ['light', 'dark'] as const;
const DEVICES = ['desktop', 'phone'] as const;

/** The two that differ in everything are looked at for every fault, and kept as pictures; of the dashboard all are kept. */
const isFirst = ({ language, theme, device }: Appearance) =>
  language === 'en' && theme === 'light' && device === 'desktop';
const isOpposite = ({ language, theme, device }: Appearance) =>
  language === 'zh' && theme === 'dark' && device === 'phone';

describe('every page of an account holder', () => {
  let alice: Visitor;

  beforeAll(async () => {
    alice = await web.visitor({ signedInAs: holder });
    await alice.open('/dashboard');
  });

  afterAll(async () => {
    await alice?.close();
  });

  describe.each(['en', 'zh'] as const)('in the language %s', (language) => {
    beforeAll(() => alice.appear({ language }));

    it.each(PAGES)('can be read by everybody and fits, in both themes, on desktop and phone: %s', async (name) => {
      await alice.visit(`/${name}`);
      for (const device of DEVICES) {
        for (const theme of THEMES) {
          const shown = { language, theme, device };
          await alice.appear(shown);
          expect([device, theme, await alice.sidewaysScroll()]).toEqual([device, theme, 0]);
          const isLookedAt = isFirst(shown) || isOpposite(shown);
          expect([device, theme, isLookedAt ? await alice.seriousViolations() : []]).toEqual([device, theme, []]);
          if (name === 'dashboard' || isLookedAt) await alice.screenshot(name);
        }
      }
      expect(alice.problems()).toEqual([]);
    });
  });

  it('says what comes next where there is nothing yet', async () => {
    const visitor = await web.visitor({ signedInAs: newcomer });
    const expected = [
      ['/dashboard', 'Make the first request'],
      ['/keys', 'No keys yet'],
      ['/usage', 'No requests yet'],
      ['/wallet', 'No entries yet'],
    ] as const;
    await visitor.open('/dashboard');
    for (const [path, text] of expected) {
      const page = await visitor.visit(path);
      await page.getByText(text).waitFor();
      expect(await visitor.seriousViolations()).toEqual([]);
    }
    expect(visitor.problems()).toEqual([]);
    await visitor.close();
  });

  it('asks to sign in, says what was wrong, and comes back', async () => {
    const visitor = await web.visitor();
    const page = await visitor.open('/usage?range=day');
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    await visitor.screenshot('sign-in');
    await visitor.appear({ language: 'zh' });
    await page.getByRole('heading', { name: '登录', level: 1 }).waitFor();
    expect(await visitor.seriousViolations()).toEqual([]);
    await visitor.screenshot('sign-in');
    await page.locator('input[autocomplete="username"]').fill(holder.username);
    await page.locator('input[autocomplete="current-password"]').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await page.locator('input[autocomplete="current-password"]').fill(holder.password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/usage?range=day');
    await page.getByRole('heading', { level: 1 }).waitFor();
    // Refusals are what this is about; nothing else may go wrong.
    expect(visitor.problems([/401 \(Unauthorized\)/])).toEqual([]);
    await visitor.close();
  });
});

describe('single sign-on', () => {
  /** On the pages of the provider, which asks who it is, and whether Code Router may know. */
  const consentAs = async (page: Page, login: string) => {
    await page.locator('input[name="login"]').fill(login);
    await page.locator('input[name="password"]').fill('x');
    await page.locator('button[type="submit"]').click();
    await page.getByRole('button', { name: 'Continue' }).click();
  };

  it('makes an account for whoever comes for the first time', async () => {
    const visitor = await web.visitor();
    const page = await visitor.open('/sign-in?returnTo=%2Fwallet');
    await page.getByRole('link', { name: 'Continue with single sign-on' }).click();
    await consentAs(page, 'dora');
    await page.waitForURL('**/wallet');
    await page.getByRole('heading', { name: 'Wallet', level: 1 }).waitFor();
    await visitor.visit('/profile');
    await page.getByText('dora@example.com').waitFor();
    expect(new URL(page.url()).pathname).toBe('/profile');
    await visitor.close();
  });

  it('says on the page of sign-in that it was refused', async () => {
    const visitor = await web.visitor();
    const page = await visitor.open('/sign-in?returnTo=%2Fwallet');
    await page.getByRole('link', { name: 'Continue with single sign-on' }).click();
    await page.getByRole('link', { name: /Cancel/ }).click();
    await page.getByRole('alert').filter({ hasText: 'Single sign-on did not work' }).waitFor();
    expect(await visitor.seriousViolations()).toEqual([]);
    expect(new URL(page.url()).searchParams.get('returnTo')).toBe('/wallet');
    await visitor.close();
  });

  it('is linked to an account that is there already', async () => {
    const visitor = await web.visitor({ signedInAs: newcomer });
    const page = await visitor.open('/profile');
    await page.getByRole('button', { name: 'Link your identity' }).click();
    await consentAs(page, 'second-name-of-newcomer');
    await page.getByText('Your identity is linked.').waitFor();
    expect(new URL(page.url()).pathname).toBe('/profile');
    await visitor.close();
  });
});

describe('a key', () => {
  it('is made with restrictions, edited, rotated, disabled and deleted', async () => {
    const visitor = await web.visitor({ signedInAs: newcomer });
    const page = await visitor.open('/keys');
    await page.getByRole('button', { name: 'Create a key' }).first().click();
    await page.getByRole('textbox', { name: 'Name' }).fill('robot');
    await page.getByRole('textbox', { name: 'Limit in all' }).fill('2.5');
    await page.getByRole('textbox', { name: 'Budget', exact: true }).fill('0.25');
    expect(await visitor.seriousViolations()).toEqual([]);
    await page.getByRole('button', { name: 'Create the key' }).click();
    const first = await page.getByRole('region', { name: 'Key', exact: true }).innerText();
    await visitor.screenshot('keys-secret');
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText('$0.00 / $0.25').waitFor();
    await page.getByText('$0.00 / $2.50').waitFor();

    const choose = async (action: string) => {
      await page.getByRole('button', { name: 'Actions for' }).click();
      await page.getByRole('menuitem', { name: action }).click();
    };
    await choose('Edit');
    await page.getByRole('textbox', { name: 'Name' }).fill('android');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('android was saved').waitFor();

    await choose('Rotate');
    await page.getByRole('button', { name: 'Make a new secret' }).click();
    const second = await page.getByRole('region', { name: 'Key', exact: true }).innerText();
    expect(second).not.toBe(first);
    await page.getByRole('button', { name: 'I have copied it' }).click();

    await choose('Disable');
    await page.getByRole('button', { name: 'Disable the key' }).click();
    await page.getByText('android is disabled').waitFor();
    expect(await callModel(second)).toBe(403);

    await choose('Delete');
    expect(await visitor.seriousViolations()).toEqual([]);
    await page.getByRole('button', { name: 'Delete the key' }).click();
    await page.getByText('android was deleted').waitFor();
    await page.getByText('No keys yet').waitFor();
    expect(await callModel(second)).toBe(401);
    expect(visitor.problems()).toEqual([]);
    await visitor.close();
  });
});

describe('the usage', () => {
  it('is filtered by its address, explains a request, and is exported', async () => {
    const visitor = await web.visitor({ signedInAs: holder, theme: 'dark' });
    const page = await visitor.open('/usage');
    const rows = page.locator('tbody tr[data-index]');
    await rows.first().waitFor();
    await page.getByLabel('Key', { exact: true }).first().click();
    await page.getByRole('option', { name: 'laptop' }).click();
    await page.waitForURL(/keyId=/);
    await expect(
      page.waitForFunction(() => document.querySelectorAll('tbody tr[data-index]').length === 4),
    ).resolves.toBeTruthy();
    await page.reload();
    await rows.first().waitFor();
    expect(await rows.count()).toBe(4);

    await rows.first().getByRole('button').first().click();
    const details = page.getByRole('dialog');
    await details.getByText('it is the amount that was charged').waitFor();
    expect(new URL(page.url()).searchParams.get('record')).toBeTruthy();
    expect(await visitor.seriousViolations()).toEqual([]);
    await visitor.screenshot('usage-request');
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'hidden' });

    await page.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'CSV' }).click();
    const stream = await (await download).createReadStream();
    const text = await new Response(Readable.toWeb(stream) as ReadableStream).text();
    expect(text.trim().split('\n')).toHaveLength(1 + 4);
    expect(visitor.problems()).toEqual([]);
    await visitor.close();
  });
});

describe('the wallet', () => {
  it('takes a trial payment, which says that it is not real money, and gives a receipt', async () => {
    const visitor = await web.visitor({ signedInAs: newcomer });
    const page = await visitor.open('/wallet');
    await page.getByRole('button', { name: /\$20\.00/ }).click();
    await page.getByRole('dialog').getByText('not real money').waitFor();
    expect(await visitor.seriousViolations()).toEqual([]);
    await page.getByRole('button', { name: 'Confirm the trial payment' }).click();
    await page.locator('[data-figure="balance"] [data-nanos="20000000000"]').waitFor();
    await page.getByRole('link', { name: 'Receipt' }).click();
    await page.getByRole('heading', { name: 'Receipt', level: 1 }).waitFor();
    await page.getByText('Trial, not real money').waitFor();
    expect(await visitor.seriousViolations()).toEqual([]);
    await visitor.screenshot('receipt');
    expect(visitor.problems()).toEqual([]);
    await visitor.close();
  });

  it('says how a payment stands to whoever comes back from the provider', async () => {
    const path = `/api/me/accounts/${newcomer.accountId}/payments`;
    const begun = await operator.ask<{ id: string }>('POST', path, { minorUnits: 1_000 }, newcomer.token);
    const visitor = await web.visitor({ signedInAs: newcomer });
    const page = await visitor.open(`/top-up?payment=${begun.id}&outcome=cancelled`);
    await page.getByText('You left the payment before it was made').waitFor();
    await visitor.visit(`/top-up?payment=${begun.id}&outcome=paid`);
    await page.getByText('The provider has not confirmed the payment yet').waitFor();
    expect(await visitor.seriousViolations()).toEqual([]);
    await operator.ask('POST', `${path}/${begun.id}/confirm-trial`, undefined, newcomer.token);
    await page.getByText('The payment is confirmed').waitFor();
    await page.getByRole('link', { name: 'To the wallet' }).click();
    await page.getByRole('heading', { name: 'Wallet', level: 1 }).waitFor();
    expect(visitor.problems()).toEqual([]);
    await visitor.visit('/top-up?payment=00000000-0000-4000-8000-000000000000');
    await page.getByRole('alert').waitFor();
    expect(visitor.problems([/404 \(Not Found\)/])).toEqual([]);
    await visitor.close();
  });

  it('says what is wrong with a code', async () => {
    const visitor = await web.visitor({ signedInAs: holder });
    const page = await visitor.open('/wallet');
    await page.getByRole('textbox', { name: 'Code' }).fill('NOT-A-CODE');
    await page.getByRole('button', { name: 'Redeem' }).click();
    await page.getByRole('alert').filter({ hasText: 'code' }).waitFor();
    expect(visitor.problems([/the server responded with a status of 4\d\d/])).toEqual([]);
    await visitor.close();
  });
});

describe('members', () => {
  it('are invited by a link, join with their role, and see what it allows', async () => {
    const owner = await web.visitor({ signedInAs: holder });
    const page = await owner.open('/members');
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await page.getByRole('button', { name: 'Make the link' }).click();
    const link = await page.getByRole('region', { name: 'Link of the invitation' }).innerText();
    expect(await owner.seriousViolations()).toEqual([]);

    const guest = await web.visitor();
    const joining = await guest.open(new URL(link).pathname + new URL(link).search);
    expect(await guest.seriousViolations()).toEqual([]);
    await joining.getByLabel('User name').fill('bob');
    await joining.getByLabel('Password', { exact: true }).fill('a long password');
    await joining.getByRole('button', { name: 'Create the account' }).click();
    await joining.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor();
    await joining.getByRole('button', { name: /^Account / }).click();
    await joining.getByRole('menuitem', { name: /alice/ }).click();
    // A member sees keys and usage of their own, and no wallet.
    await joining.getByRole('link', { name: 'API keys' }).waitFor();
    await joining.getByRole('link', { name: 'Wallet' }).waitFor({ state: 'hidden' });
    expect(guest.problems()).toEqual([]);
    await guest.close();

    await page.reload();
    await page.getByRole('row').filter({ hasText: 'bob' }).waitFor();
    expect(owner.problems()).toEqual([]);
    await owner.close();
  });
});

describe('the profile', () => {
  it('changes the password, and says which one was wrong', async () => {
    const somebody = await operator.person('changing');
    const visitor = await web.visitor({ signedInAs: somebody });
    const page = await visitor.open('/profile');
    const [before, after] = [page.getByLabel('Current password'), page.getByLabel('New password')];
    await before.fill('not the password');
    await after.fill('another password');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.locator('form').getByText('The old password is wrong.').first().waitFor();
    await before.fill(somebody.password);
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByText('The password was changed').waitFor();
    expect(visitor.problems([/403 \(Forbidden\)/])).toEqual([]);
    await visitor.close();
  });
});
