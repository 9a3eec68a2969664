import { Alert, Anchor, Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, pathWithQuery } from '../../api/client';
import { noteMayBeSignedIn, sessionChanged } from '../../api/session';
import { useSite } from '../../api/site';
import { ErrorState } from '../../ui/states';
import { SignInCard } from './sign-in-card';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { t } = useTranslation('sign-in');
  const { t: tUi } = useTranslation('ui');
  const { returnTo = '/dashboard', error: refusal } = route.useSearch();
  const { oidc, signUp, name } = useSite();
  const router = useRouter();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { username: '', password: '' },
    validate: {
      username: (value) => (value.trim() === '' ? t('username.missing') : null),
      password: (value) => (value === '' ? t('password.missing') : null),
    },
  });
  const signIn = useMutation({
    mutationFn: (values: typeof form.values) =>
      api.post('/api/auth/login', { ...values, username: values.username.trim(), cookie: true }),
    onSuccess: async () => {
      await sessionChanged(true);
      router.history.push(returnTo);
    },
  });
  return (
    <SignInCard
      title={t('signIn.title')}
      description={t('signIn.description', { name })}
      footer={
        signUp === 'open' ? (
          <>
            {t('signIn.noAccount')}{' '}
            <Anchor inherit underline="always" renderRoot={(props) => <Link to="/sign-up" {...props} />}>
              {t('signIn.signUp')}
            </Anchor>
          </>
        ) : (
          t('signIn.closed')
        )
      }
    >
      {refusal === undefined || signIn.error ? null : (
        <Alert color="red" variant="light" role="alert" mb="md" title={t('signIn.oidcFailed')}>
          {tUi(`error.code.${refusal}`, { defaultValue: tUi('error.unknown') })}
        </Alert>
      )}
      <form onSubmit={form.onSubmit((values) => signIn.mutate(values))} noValidate>
        <Stack gap="md">
          {signIn.error ? <ErrorState error={signIn.error} /> : null}
          <TextInput
            label={t('username.label')}
            autoComplete="username"
            autoFocus
            key={form.key('username')}
            {...form.getInputProps('username')}
          />
          <PasswordInput
            label={t('password.label')}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': t('password.show') }}
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={signIn.isPending} fullWidth>
            {t('signIn.submit')}
          </Button>
        </Stack>
      </form>
      {oidc ? (
        <>
          <Divider my="md" label={t('or')} labelPosition="center" />
          <Button
            component="a"
            variant="default"
            fullWidth
            href={pathWithQuery('/api/auth/oidc/login', { returnTo, cookie: true })}
            onClick={() => noteMayBeSignedIn(true)}
          >
            {t('signIn.oidc')}
          </Button>
        </>
      ) : null}
    </SignInCard>
  );
}
