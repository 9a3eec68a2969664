import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSite } from '../../api/site';
import { Announcement } from './announcement';
import { Brand } from './brand';
import { LanguageSwitch } from './language-switch';
import classes from './public-shell.module.css';
import { ThemeSwitch } from './theme-switch';

export function PublicShell({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation('app');
  const { signUp } = useSite();
  return (
    <>
      <a href="#main" className={classes.skip}>
        {t('skip')}
      </a>
      <Announcement />
      <header className={classes.header}>
        <Brand />
        <nav className={classes.links} aria-label={t('nav.main')}>
          <Link to="/pricing" className={classes.link}>
            {t('nav.pricing')}
          </Link>
        </nav>
        <div className={classes.end}>
          <LanguageSwitch />
          <ThemeSwitch />
          <Button variant="default" size="compact-sm" renderRoot={(props) => <Link to="/sign-in" {...props} />}>
            {t('nav.signIn')}
          </Button>
          {signUp === 'open' ? (
            <Button size="compact-sm" visibleFrom="xs" renderRoot={(props) => <Link to="/sign-up" {...props} />}>
              {t('nav.signUp')}
            </Button>
          ) : null}
        </div>
      </header>
      <main id="main" className={classes.main} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
