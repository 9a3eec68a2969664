import { Menu, Text, UnstyledButton } from '@mantine/core';
import { IconCoin, IconLogout, IconSelector, IconUser } from '@tabler/icons-react';
import { Link, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { sessionChanged, type Me } from '../../api/session';
import { notifyError } from '../../ui/notify';
import { useMoney } from '../../ui/use-money';
import classes from './account-switcher.module.css';

export function UserMenu({ me }: { readonly me: Me }) {
  const { t } = useTranslation('app');
  const router = useRouter();
  const { unit, setUnit } = useMoney();
  const signOut = async () => {
    try {
      await api.post('/api/auth/logout');
    } catch (error) {
      notifyError(error);
      return;
    }
    await router.navigate({ to: '/sign-in' });
    await sessionChanged(false);
  };
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.box} mb={0}>
          <span className={classes.label}>
            <Text span size="sm" fw={600} truncate>
              {me.user.username}
            </Text>
            <Text span size="xs" c="dimmed">
              {t(`userRole.${me.user.role}`)}
            </Text>
          </span>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconUser size={16} />} renderRoot={(props) => <Link to="/profile" {...props} />}>
          {t('user.profile')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconCoin size={16} />}
          onClick={() => setUnit(unit === 'quota' ? 'currency' : 'quota')}
        >
          {t(unit === 'quota' ? 'user.showCurrency' : 'user.showUnits')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          {t('user.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
