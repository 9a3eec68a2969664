import '@mantine/notifications/styles.css';
import { ActionIcon, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { IconMenu2 } from '@tabler/icons-react';
import { useLocation } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Me } from '../../api/session';
import { AccountSwitcher } from './account-switcher';
import { Announcement } from './announcement';
import { Brand } from './brand';
import classes from './console-shell.module.css';
import { LanguageSwitch } from './language-switch';
import { NavigationList } from './navigation-list';
import publicClasses from './public-shell.module.css';
import { ThemeSwitch } from './theme-switch';
import { UserMenu } from './user-menu';

export interface ConsoleShellProps {
  readonly me: Me;
  readonly children: ReactNode;
}

/** Around the pages of whoever is signed in: navigation at the side, or behind a button on a phone. */
export function ConsoleShell({ me, children }: ConsoleShellProps) {
  const { t } = useTranslation('app');
  const [isOpen, { open, close }] = useDisclosure();
  const { pathname } = useLocation();
  useEffect(close, [pathname, close]);
  const navigation = (
    <>
      <AccountSwitcher me={me} />
      <NavigationList isAdministrator={me.user.role !== 'user'} />
      <div className={classes.foot}>
        <UserMenu me={me} />
      </div>
    </>
  );
  return (
    <ModalsProvider>
      <Notifications position="bottom-right" containerWidth={380} aria-live="polite" />
      <a href="#main" className={publicClasses.skip}>
        {t('skip')}
      </a>
      <Announcement />
      <div className={classes.frame}>
        <aside className={classes.side} data-no-print>
          <div className={classes.brand}>
            <Brand />
          </div>
          {navigation}
        </aside>
        <div className={classes.column}>
          <header className={classes.bar} data-no-print>
            <ActionIcon
              className={classes.burger}
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t('nav.open')}
              onClick={open}
            >
              <IconMenu2 size={20} />
            </ActionIcon>
            <div className={classes.barBrand}>
              <Brand />
            </div>
            <div className={classes.barEnd}>
              <LanguageSwitch />
              <ThemeSwitch />
            </div>
          </header>
          <main id="main" className={classes.main} tabIndex={-1}>
            {children}
          </main>
        </div>
      </div>
      <Drawer
        opened={isOpen}
        onClose={close}
        size={280}
        title={t('nav.main')}
        closeButtonProps={{ 'aria-label': t('nav.close') }}
      >
        <div className={classes.drawer}>{navigation}</div>
      </Drawer>
    </ModalsProvider>
  );
}
