import { Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Key, MemberKey } from '@code-router/contracts';
import { KeyForm } from './key-form';
import { keyOfValues, valuesOfKey, type KeyFormValues } from './key-form-values';
import { api } from '../../api/client';
import { queryClient } from '../../api/query-client';
import type { CurrentAccount } from '../../api/session';
import { notifyDone } from '../../ui/notify';

export interface EditKeyProps {
  readonly account: CurrentAccount;
  readonly edited: MemberKey | null;
  readonly onClose: () => void;
}

export function EditKey({ account, edited, onClose }: EditKeyProps) {
  const { t } = useTranslation('keys');
  const save = useMutation({
    mutationFn: ({ id, values }: { id: string; values: KeyFormValues }) =>
      api.patch<Key>(`${account.path}/keys/${id}`, keyOfValues(values)),
    onSuccess: async ({ name }) => {
      await queryClient.invalidateQueries({ queryKey: [`${account.path}/keys`] });
      notifyDone(t('edit.done', { name }));
      close();
    },
  });
  const close = () => {
    save.reset();
    onClose();
  };
  return (
    <Modal
      opened={edited !== null}
      onClose={close}
      size="lg"
      title={t('edit.title', { name: edited?.name ?? '' })}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {edited ? (
        <KeyForm
          account={account}
          initial={valuesOfKey(edited)}
          submitLabel={t('edit.submit')}
          isPending={save.isPending}
          error={save.error}
          onSubmit={(values, refused) => save.mutate({ id: edited.id, values }, { onError: refused })}
          onCancel={close}
        />
      ) : null}
    </Modal>
  );
}
