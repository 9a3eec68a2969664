import { PasswordInput, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { User } from '@code-router/contracts';
import { api } from '../../api/client';
import { FormDialog } from '../../ui/form-dialog';
import { notifyDone } from '../../ui/notify';
import { useSubmit } from '../../ui/use-submit';

export interface CreateUserDialogProps {
  readonly mayMakeAdmins: boolean;
  readonly onClose: () => void;
}

const PASSWORD_LENGTH_MIN = 8;

/** Enters somebody, who gets a personal account with it. */
export function CreateUserDialog({ mayMakeAdmins, onClose }: CreateUserDialogProps) {
  const { t } = useTranslation('admin-users');
  const form = useForm({
    initialValues: { username: '', email: '', password: '', role: 'user' },
    validate: {
      username: (value) => (value.trim() === '' ? t('form.nameMissing') : null),
      password: (value) => (value.length < PASSWORD_LENGTH_MIN ? t('form.passwordShort') : null),
    },
  });
  const { onSubmit, isBusy, error } = useSubmit({
    form,
    changes: ['/api/users', '/api/accounts'],
    send: ({ username, email, password, role }) =>
      api.post<User>('/api/users', {
        username: username.trim(),
        password,
        ...(email.trim() === '' ? {} : { email: email.trim() }),
        ...(role === 'user' ? {} : { role }),
      }),
    onDone: ({ username }) => {
      notifyDone(t('created', { name: username }));
      onClose();
    },
  });
  return (
    <FormDialog
      isOpen
      title={t('form.title')}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={t('form.submit')}
      isBusy={isBusy}
      error={error}
    >
      <TextInput
        label={t('form.username')}
        required
        data-autofocus
        autoComplete="off"
        {...form.getInputProps('username')}
      />
      <TextInput label={t('form.email')} type="email" autoComplete="off" {...form.getInputProps('email')} />
      <PasswordInput
        label={t('form.password')}
        description={t('form.passwordHint')}
        required
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': t('form.showPassword') }}
        {...form.getInputProps('password')}
      />
      {mayMakeAdmins ? (
        <Select
          label={t('column.role')}
          data={[
            { value: 'user', label: t('roles.user') },
            { value: 'admin', label: t('roles.admin') },
          ]}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
      ) : null}
    </FormDialog>
  );
}
