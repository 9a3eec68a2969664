import { Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { CreatedKey } from '@code-router/contracts';
import { KeyForm } from './key-form';
import { keyOfValues, type KeyFormValues } from './key-form-values';
import { KeySecret } from './key-secret';
import { useModelNames } from '../../api/account-queries';
import { api } from '../../api/client';
import { queryClient } from '../../api/query-client';
import type { CurrentAccount } from '../../api/session';

export interface CreateKeyProps {
  readonly account: CurrentAccount;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Makes a key, and shows it. A click beside the dialog must not lose what is seen this once. */
export function CreateKey({ account, opened, onClose }: CreateKeyProps) {
  const { t } = useTranslation('keys');
  const create = useMutation({
    mutationFn: (values: KeyFormValues) => api.post<CreatedKey>(`${account.path}/keys`, keyOfValues(values)),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [`${account.path}/keys`] }),
  });
  const models = useModelNames(account.accountId);
  const close = () => {
    create.reset();
    onClose();
  };
  const { data: created } = create;
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={created ? t('secret.title', { name: created.name }) : t('create.title')}
      closeOnClickOutside={false}
      closeOnEscape={!created}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {created ? (
        <KeySecret
          secret={created.secret}
          model={created.allowedModels?.[0] ?? models.find((name) => name === 'demo-chat') ?? models[0] ?? 'demo-chat'}
          onDone={close}
        />
      ) : (
        <KeyForm
          account={account}
          submitLabel={t('create.submit')}
          isPending={create.isPending}
          error={create.error}
          onSubmit={(values, refused) => create.mutate(values, { onError: refused })}
          onCancel={close}
        />
      )}
    </Modal>
  );
}
