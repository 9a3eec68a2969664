import { Button, Group, List, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { CurrentAccount } from '../../api/session';
import { Panel } from '../../ui/panel';

export interface FirstStepsProps {
  readonly account: CurrentAccount;
  readonly hasKey: boolean;
}

/** What comes next for an account without a request. */
export function FirstSteps({ account, hasKey }: FirstStepsProps) {
  const { t } = useTranslation('dashboard');
  const next = <IconArrowRight size={16} />;
  return (
    <Panel title={t('first.title')}>
      <List size="sm" spacing={6} type="ordered" mb="md">
        <List.Item>{t('first.key')}</List.Item>
        <List.Item>
          {t('first.call')}{' '}
          <Text span ff="monospace" size="sm">
            {window.location.origin}/v1
          </Text>
        </List.Item>
        <List.Item>{t('first.see')}</List.Item>
      </List>
      <Group gap="sm">
        {account.may('keys.manage', 'keys.manage-own') ? (
          <Button
            variant={hasKey ? 'default' : 'filled'}
            rightSection={next}
            renderRoot={(props) => <Link to="/keys" {...props} />}
          >
            {t(hasKey ? 'first.yourKeys' : 'first.create')}
          </Button>
        ) : null}
        {account.may('top-up') ? (
          <Button variant="default" renderRoot={(props) => <Link to="/wallet" {...props} />}>
            {t('first.topUp')}
          </Button>
        ) : null}
        <Button variant="default" renderRoot={(props) => <Link to="/pricing" {...props} />}>
          {t('first.prices')}
        </Button>
      </Group>
    </Panel>
  );
}
