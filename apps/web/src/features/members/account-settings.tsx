import { Switch } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Account } from '@code-router/contracts';
import { accountQuery } from '../../api/account-queries';
import { api } from '../../api/client';
import { queryClient } from '../../api/query-client';
import type { CurrentAccount } from '../../api/session';
import { notifyDone, notifyError } from '../../ui/notify';
import { Panel } from '../../ui/panel';

/** What the account's own people decide about it. */
export function AccountSettings({ account }: { readonly account: CurrentAccount }) {
  const { t } = useTranslation('members');
  const { data = account.account } = useQuery(accountQuery(account.path));
  const save = useMutation({
    mutationFn: (lowerOutput: boolean) => api.patch<Account>(account.path, { lowerOutput }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: [account.path] });
      notifyDone(t('settings.done'));
    },
    onError: notifyError,
  });
  return (
    <Panel title={t('settings.title')}>
      <Switch
        label={t('settings.lowerOutput')}
        description={t('settings.lowerOutputHint')}
        checked={save.isPending ? save.variables : data.lowerOutput}
        disabled={save.isPending}
        onChange={({ currentTarget: { checked } }) => save.mutate(checked)}
      />
    </Panel>
  );
}
