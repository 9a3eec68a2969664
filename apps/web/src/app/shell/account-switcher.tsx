import { Menu, Text, UnstyledButton } from '@mantine/core';
import { IconCheck, IconSelector } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { chooseAccount, useAccount, type Me } from '../../api/session';
import classes from './account-switcher.module.css';

/** Which account the console shows. Somebody with one account sees its name only. */
export function AccountSwitcher({ me }: { readonly me: Me }) {
  const { t } = useTranslation('app');
  const router = useRouter();
  const current = useAccount();
  if (!current) return null;
  const label = (
    <span className={classes.label}>
      <Text span size="sm" fw={600} truncate>
        {current.account.name}
      </Text>
      <Text span size="xs" c="dimmed">
        {t(`role.${current.role}`)}
      </Text>
    </span>
  );
  if (me.memberships.length === 1) return <div className={classes.box}>{label}</div>;
  const choose = (accountId: string) => {
    chooseAccount(accountId);
    void router.invalidate();
  };
  return (
    <Menu position="bottom-start" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.box} aria-label={t('account.switch', { name: current.account.name })}>
          {label}
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('account.yours')}</Menu.Label>
        {me.memberships.map(({ accountId, account, role }) => (
          <Menu.Item
            key={accountId}
            onClick={() => choose(accountId)}
            rightSection={accountId === current.accountId ? <IconCheck size={16} /> : null}
          >
            {account.name}
            <Text size="xs" c="dimmed">
              {t(`role.${role}`)}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
