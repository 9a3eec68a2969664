import { SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Payments } from './payments';
import { RedeemCode } from './redeem-code';
import { Statement } from './statement';
import { TopUp } from './top-up';
import { accountQuery } from '../../api/account-queries';
import { useAccount, type CurrentAccount } from '../../api/session';
import { Amount } from '../../ui/amount';
import { Figure, Figures } from '../../ui/figure';
import { NoAccount } from '../../ui/no-account';
import { PageHeader } from '../../ui/page-header';

export function WalletPage() {
  const account = useAccount();
  return account ? <AccountWallet key={account.accountId} account={account} /> : <NoAccount />;
}

function AccountWallet({ account }: { readonly account: CurrentAccount }) {
  const { t } = useTranslation('wallet');
  const { data = account.account } = useQuery(accountQuery(account.path));
  const hasOverdraft = data.overdraftNanos !== '0';
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Stack gap="lg">
        <Figures>
          <Figure name="balance" label={t('balance')} value={<Amount nanos={data.balanceNanos} />} />
          <Figure label={t('held')} value={<Amount nanos={data.heldNanos} />} note={t('heldNote')} />
          <Figure
            label={t('available')}
            value={<Amount nanos={data.availableNanos} />}
            {...(hasOverdraft ? { note: <OverdraftNote nanos={data.overdraftNanos} /> } : {})}
          />
        </Figures>
        {account.may('top-up') ? (
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" style={{ alignItems: 'start' }}>
            <TopUp account={account} />
            <Stack gap="lg">
              <RedeemCode account={account} />
              <Payments account={account} />
            </Stack>
          </SimpleGrid>
        ) : null}
        {account.may('ledger.read') ? <Statement account={account} /> : null}
      </Stack>
    </>
  );
}

function OverdraftNote({ nanos }: { readonly nanos: string }) {
  const { t } = useTranslation('wallet');
  return (
    <>
      {t('overdraft')} <Amount nanos={nanos} />
    </>
  );
}
