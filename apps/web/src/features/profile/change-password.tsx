import { Button, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { queryClient } from '../../api/query-client';
import { showErrorAtFields } from '../../ui/form-errors';
import { notifyDone } from '../../ui/notify';
import { Panel } from '../../ui/panel';
import { ErrorState } from '../../ui/states';

const PASSWORD_MIN = 8;

export function ChangePassword({ username }: { readonly username: string }) {
  const { t } = useTranslation('profile');
  const form = useForm({
    initialValues: { oldPassword: '', newPassword: '' },
    validate: {
      oldPassword: (value) => (value === '' ? t('password.oldMissing') : null),
      newPassword: (value) => (value.length < PASSWORD_MIN ? t('password.rule', { count: PASSWORD_MIN }) : null),
    },
  });
  const change = useMutation({
    mutationFn: (values: typeof form.values) => api.post('/api/me/password', values),
    onSuccess: async () => {
      form.reset();
      notifyDone(t('password.done'));
      await queryClient.invalidateQueries({ queryKey: ['/api/me/sessions'] });
    },
  });
  const toggle = { 'aria-label': t('password.show') };
  return (
    <Panel title={t('password.title')} description={t('password.description')}>
      <form
        noValidate
        onSubmit={form.onSubmit((values) =>
          change.mutate(values, { onError: (error) => showErrorAtFields(form, error) }),
        )}
      >
        <Stack gap="md" align="stretch">
          {change.error ? <ErrorState error={change.error} /> : null}
          {/* Password managers want to know whose password it is. */}
          <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
          <PasswordInput
            label={t('password.old')}
            autoComplete="current-password"
            visibilityToggleButtonProps={toggle}
            {...form.getInputProps('oldPassword')}
          />
          <PasswordInput
            label={t('password.new')}
            description={t('password.rule', { count: PASSWORD_MIN })}
            autoComplete="new-password"
            visibilityToggleButtonProps={toggle}
            {...form.getInputProps('newPassword')}
          />
          <Button type="submit" variant="default" loading={change.isPending} style={{ alignSelf: 'flex-start' }}>
            {t('password.submit')}
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}
