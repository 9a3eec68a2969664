import { Alert, Anchor, Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconMailForward } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, pathWithQuery } from '../../api/client';
import { noteMayBeSignedIn, sessionChanged, useSession } from '../../api/session';
import { useSite } from '../../api/site';
import { showErrorAtFields } from '../../ui/form-errors';
import { ErrorState } from '../../ui/states';
import { JoinAccount } from './join-account';
import { SignInCard } from './sign-in-card';

const route = getRouteApi('/sign-up');
const PASSWORD_MIN = 8;

/** Signs up, with an invitation or without. Who is signed in already joins the account that invites. */
export function SignUpPage() {
  const { t } = useTranslation('sign-in');
  const { invitation } = route.useSearch();
  const me = useSession();
  const { signUp } = useSite();
  if (invitation !== undefined && me) return <JoinAccount invitation={invitation} username={me.user.username} />;
  if (signUp === 'closed' && invitation === undefined) {
    return (
      <SignInCard title={t('signUp.title')} description={t('signUp.closed')} footer={<HaveAccount />}>
        <Button variant="default" fullWidth renderRoot={(props) => <Link to="/sign-in" {...props} />}>
          {t('signIn.submit')}
        </Button>
      </SignInCard>
    );
  }
  return <SignUpForm invitation={invitation} />;
}

function SignUpForm({ invitation }: { readonly invitation: string | undefined }) {
  const { t } = useTranslation('sign-in');
  const { oidc, name } = useSite();
  const router = useRouter();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { username: '', password: '', email: '' },
    validate: {
      username: (value) => (/^[\p{L}\p{N}._-]{3,64}$/u.test(value.trim()) ? null : t('username.rule')),
      password: (value) => (value.length < PASSWORD_MIN ? t('password.rule', { count: PASSWORD_MIN }) : null),
    },
  });
  const signUp = useMutation({
    mutationFn: ({ username, password, email }: typeof form.values) =>
      api.post('/api/auth/sign-up', {
        username: username.trim(),
        password,
        cookie: true,
        ...(email.trim() === '' ? {} : { email: email.trim() }),
        ...(invitation === undefined ? {} : { invitation }),
      }),
    onSuccess: async () => {
      await sessionChanged(true);
      await router.navigate({ to: '/dashboard' });
    },
    onError: (error) => showErrorAtFields(form, error),
  });
  return (
    <SignInCard title={t('signUp.title')} description={t('signUp.description', { name })} footer={<HaveAccount />}>
      <form onSubmit={form.onSubmit((values) => signUp.mutate(values))} noValidate>
        <Stack gap="md">
          {invitation === undefined ? null : (
            <Alert variant="light" icon={<IconMailForward size={18} />}>
              {t('signUp.invited')}
            </Alert>
          )}
          {signUp.error ? <ErrorState error={signUp.error} /> : null}
          <TextInput
            label={t('username.label')}
            description={t('username.rule')}
            autoComplete="username"
            autoFocus
            key={form.key('username')}
            {...form.getInputProps('username')}
          />
          <PasswordInput
            label={t('password.label')}
            description={t('password.rule', { count: PASSWORD_MIN })}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': t('password.show') }}
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <TextInput
            label={t('email.label')}
            type="email"
            autoComplete="email"
            key={form.key('email')}
            {...form.getInputProps('email')}
          />
          <Button type="submit" loading={signUp.isPending} fullWidth>
            {t('signUp.submit')}
          </Button>
        </Stack>
      </form>
      {oidc && invitation === undefined ? (
        <>
          <Divider my="md" label={t('or')} labelPosition="center" />
          <Button
            component="a"
            variant="default"
            fullWidth
            href={pathWithQuery('/api/auth/oidc/login', { returnTo: '/dashboard', cookie: true })}
            onClick={() => noteMayBeSignedIn(true)}
          >
            {t('signIn.oidc')}
          </Button>
        </>
      ) : null}
    </SignInCard>
  );
}

function HaveAccount() {
  const { t } = useTranslation('sign-in');
  return (
    <>
      {t('signUp.haveAccount')}{' '}
      <Anchor inherit underline="always" renderRoot={(props) => <Link to="/sign-in" {...props} />}>
        {t('signIn.submit')}
      </Anchor>
    </>
  );
}
