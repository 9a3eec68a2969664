import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AccountRole, Member } from '@code-router/contracts';
import { creditsText } from '@code-router/money';
import { ROLES } from './roles';
import { api } from '../../api/client';
import { queryClient } from '../../api/query-client';
import type { CurrentAccount } from '../../api/session';
import { useSite } from '../../api/site';
import { showErrorAtFields } from '../../ui/form-errors';
import { parseCredits } from '../../ui/money-format';
import { notifyDone } from '../../ui/notify';
import { ErrorState } from '../../ui/states';

export interface EditMemberProps {
  readonly account: CurrentAccount;
  readonly edited: Member;
  readonly onClose: () => void;
}

export function EditMember({ account, edited, onClose }: EditMemberProps) {
  const { t } = useTranslation('members');
  const { currencySymbol } = useSite();
  const path = `${account.path}/members`;
  const form = useForm<{ role: AccountRole; budgetCredits: string }>({
    initialValues: {
      role: edited.role,
      budgetCredits: edited.budgetNanos === null ? '' : creditsText(BigInt(edited.budgetNanos)),
    },
    validate: {
      budgetCredits: (value) => (value.trim() === '' || parseCredits(value) !== null ? null : t('edit.amountRule')),
    },
  });
  const save = useMutation({
    mutationFn: ({ role, budgetCredits }: typeof form.values) =>
      api.patch<Member>(`${path}/${edited.userId}`, {
        // What is not sent stays: a role that is the same needs nobody's permission.
        ...(role === edited.role ? {} : { role }),
        budgetCredits: budgetCredits.trim() === '' ? null : budgetCredits.trim(),
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: [path] });
      notifyDone(t('edit.done', { name: edited.username }));
      onClose();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('edit.title', { name: edited.username })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form
        noValidate
        onSubmit={form.onSubmit((values) =>
          save.mutate(values, { onError: (error) => showErrorAtFields(form, error) }),
        )}
      >
        <Stack gap="md">
          {save.error ? <ErrorState error={save.error} /> : null}
          <Select
            label={t('column.role')}
            description={t(`roleHint.${form.values.role}`)}
            data={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
            allowDeselect={false}
            {...form.getInputProps('role')}
          />
          <TextInput
            label={t('edit.budget')}
            description={t('edit.budgetHint')}
            leftSection={currencySymbol}
            inputMode="decimal"
            placeholder={t('noBudget')}
            {...form.getInputProps('budgetCredits')}
          />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('edit.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
