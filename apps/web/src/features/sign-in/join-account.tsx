import { Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Membership } from '@code-router/contracts';
import { api } from '../../api/client';
import { chooseAccount, sessionChanged } from '../../api/session';
import { ErrorState } from '../../ui/states';
import { SignInCard } from './sign-in-card';

export interface JoinAccountProps {
  readonly invitation: string;
  readonly username: string;
}

/** Accepts an invitation as who is signed in. */
export function JoinAccount({ invitation, username }: JoinAccountProps) {
  const { t } = useTranslation('sign-in');
  const router = useRouter();
  const join = useMutation({
    mutationFn: () => api.post<Membership>('/api/me/invitations', { token: invitation }),
    onSuccess: async ({ accountId }) => {
      chooseAccount(accountId);
      await sessionChanged(true);
      await router.navigate({ to: '/dashboard' });
    },
  });
  return (
    <SignInCard
      title={t('join.title')}
      description={t('join.description', { username })}
      footer={<Link to="/dashboard">{t('join.later')}</Link>}
    >
      <Stack gap="md">
        {join.error ? <ErrorState error={join.error} /> : null}
        <Button fullWidth loading={join.isPending} onClick={() => join.mutate()}>
          {t('join.submit')}
        </Button>
      </Stack>
    </SignInCard>
  );
}
