import { describe, expect, it } from '@jest/globals';
import type { VisitingStage } from './visiting-stage.js';

const THEMES = ['light', 'dark'] as const;
const DEVICES = ['desktop', 'phone'] as const;

export function describeShell(stage: VisitingStage): void {
  describe('the web app', () => {
    it.each([
      ['en', 'en'],
      ['zh', 'zh-CN'],
    ] as const)('opens at / for a visitor in %s, in both themes, on desktop and phone', async (language, tag) => {
      const visitor = await stage.web.visitor({ language });
      const page = await visitor.open('/');
      expect(new URL(page.url()).pathname).toBe('/pricing');
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(tag);
      // What does not depend on colours depends on the size at most: the two that differ in both are enough.
      expect(await visitor.seriousViolations()).toEqual([]);
      for (const device of DEVICES) {
        for (const theme of THEMES) {
          await visitor.appear({ theme, device });
          expect(await page.evaluate(() => document.documentElement.dataset['mantineColorScheme'])).toBe(theme);
          expect([device, theme, await visitor.sidewaysScroll()]).toEqual([device, theme, 0]);
        }
      }
      expect(await visitor.seriousViolations()).toEqual([]);
      expect(visitor.problems()).toEqual([]);
      await visitor.close();
    });

    it('keeps the language and the theme that were chosen', async () => {
      const visitor = await stage.web.visitor();
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
      const visitor = await stage.web.visitor();
      await visitor.open('/pricing');
      await visitor.page.evaluate(() => localStorage.setItem('code-router-signed-in', 'yes'));
      const page = await visitor.open('/pricing');
      await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
      expect(visitor.problems([/401 \(Unauthorized\).*\/api\/me\)/])).toEqual([]);
      await visitor.close();
    });

    it('says so where there is no page', async () => {
      const visitor = await stage.web.visitor();
      const page = await visitor.open('/nowhere');
      await page.getByText('There is no page here').waitFor();
      expect(visitor.problems()).toEqual([]);
      await visitor.close();
    });
  });
}
