import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startWeb, type RunningWeb } from './running-web.js';

let web: RunningWeb;

beforeAll(async () => {
  web = await startWeb();
});

afterAll(async () => {
  await web?.stop();
});

const VARIANTS = (['en', 'zh'] as const).flatMap((language) =>
  (['light', 'dark'] as const).flatMap((theme) =>
    (['desktop', 'phone'] as const).map((device) => ({ language, theme, device })),
  ),
);

describe('the web app', () => {
  it.each(VARIANTS)('opens at / for a visitor: $language, $theme, $device', async (variant) => {
    const visitor = await web.visitor(variant);
    const page = await visitor.open('/');
    expect(new URL(page.url()).pathname).toBe('/pricing');
    expect(await page.evaluate(() => document.documentElement.dataset['mantineColorScheme'])).toBe(variant.theme);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(variant.language === 'zh' ? 'zh-CN' : 'en');
    expect(await visitor.seriousViolations()).toEqual([]);
    expect(await visitor.sidewaysScroll()).toBe(0);
    expect(visitor.problems()).toEqual([]);
    await visitor.close();
  });

  it('keeps the language and the theme that were chosen', async () => {
    const visitor = await web.visitor();
    const page = await visitor.open('/pricing');
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('heading', { name: '价格', level: 1 }).waitFor();
    await page.getByRole('button', { name: '主题：跟随系统' }).click();
    await page.getByRole('button', { name: '主题：浅色' }).click();
    await page.reload();
    await page.getByRole('heading', { name: '价格', level: 1 }).waitFor();
    expect(await page.evaluate(() => document.documentElement.dataset['mantineColorScheme'])).toBe('dark');
    expect(visitor.problems()).toEqual([]);
    await visitor.close();
  });

  it('shows public pages to somebody whose session has ended', async () => {
    const visitor = await web.visitor();
    await visitor.context.addInitScript(() => localStorage.setItem('code-router-signed-in', 'yes'));
    const page = await visitor.open('/pricing');
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
    expect(visitor.problems([/401 \(Unauthorized\).*\/api\/me\)/])).toEqual([]);
    await visitor.close();
  });

  it('says so where there is no page', async () => {
    const visitor = await web.visitor();
    const page = await visitor.open('/nowhere');
    await page.getByText('There is no page here').waitFor();
    expect(visitor.problems()).toEqual([]);
    await visitor.close();
  });
});
