import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { AccountSettings } from './account-settings';
import { Invitations } from './invitations';
import { MemberList } from './member-list';
import { useAccount, type CurrentAccount } from '../../api/session';
import { NoAccount } from '../../ui/no-account';
import { PageHeader } from '../../ui/page-header';

export function MembersPage() {
  const account = useAccount();
  return account ? <AccountMembers key={account.accountId} account={account} /> : <NoAccount />;
}

function AccountMembers({ account }: { readonly account: CurrentAccount }) {
  const { t } = useTranslation('members');
  const mayManage = account.may('members.manage');
  return (
    <>
      <PageHeader title={t('title')} description={t('description', { account: account.account.name })} />
      <Stack gap="lg">
        <MemberList account={account} />
        {mayManage ? <Invitations account={account} /> : null}
        {mayManage ? <AccountSettings account={account} /> : null}
      </Stack>
    </>
  );
}
