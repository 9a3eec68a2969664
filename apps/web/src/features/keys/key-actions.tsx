import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconPencil, IconPlayerPause, IconPlayerPlay, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Key, MemberKey } from '@code-router/contracts';
import { api } from '../../api/client';
import { queryClient } from '../../api/query-client';
import type { CurrentAccount } from '../../api/session';
import { askBefore } from '../../ui/confirm';
import { notifyDone, notifyError } from '../../ui/notify';

export interface KeyActionsProps {
  readonly account: CurrentAccount;
  readonly target: MemberKey;
  readonly onEdit: () => void;
  readonly onRotate: () => void;
}

/** What can be done with a key. A deleted key stays as it is. */
export function KeyActions({ account, target, onEdit, onRotate }: KeyActionsProps) {
  const { t } = useTranslation('keys');
  const path = `${account.path}/keys/${target.id}`;
  const { name, status } = target;
  const reload = () => queryClient.invalidateQueries({ queryKey: [`${account.path}/keys`] });
  const setStatus = useMutation({
    mutationFn: (next: 'active' | 'disabled') => api.patch<Key>(path, { status: next }),
    onSuccess: async (changed) => {
      await reload();
      notifyDone(t(changed.status === 'active' ? 'enable.done' : 'disable.done', { name }));
    },
    onError: notifyError,
  });
  const remove = useMutation({
    mutationFn: () => api.delete(path),
    onSuccess: async () => {
      await reload();
      notifyDone(t('delete.done', { name }));
    },
    onError: notifyError,
  });
  const disable = () =>
    askBefore({
      title: t('disable.title', { name }),
      message: t('disable.message'),
      confirm: t('disable.submit'),
      cancel: t('cancel'),
      onConfirm: () => setStatus.mutate('disabled'),
    });
  const askDelete = () =>
    askBefore({
      title: t('delete.title', { name }),
      message: t('delete.message'),
      confirm: t('delete.submit'),
      cancel: t('cancel'),
      onConfirm: () => remove.mutate(),
    });
  if (status === 'revoked') return null;
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('actions', { name })}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
          {t('edit.open')}
        </Menu.Item>
        <Menu.Item leftSection={<IconRefresh size={16} />} onClick={onRotate}>
          {t('rotate.open')}
        </Menu.Item>
        {status === 'active' ? (
          <Menu.Item leftSection={<IconPlayerPause size={16} />} onClick={disable}>
            {t('disable.open')}
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={() => setStatus.mutate('active')}>
            {t('enable.open')}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={askDelete}>
          {t('delete.open')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
