import { Alert, Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconEyeOff, IconMailForward, IconUserPlus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccountRole, CreatedInvitation, Invitation } from '@code-router/contracts';
import { ROLES } from './roles';
import { api } from '../../api/client';
import { usePages } from '../../api/pages';
import { queryClient } from '../../api/query-client';
import type { CurrentAccount } from '../../api/session';
import { CodeBlock } from '../../ui/code-block';
import { DataTable, type Column } from '../../ui/data-table';
import { pagedRows } from '../../ui/paged-rows';
import { notifyDone, notifyError } from '../../ui/notify';
import { Panel } from '../../ui/panel';
import { EmptyState, ErrorState } from '../../ui/states';
import { Time } from '../../ui/time';

export function Invitations({ account }: { readonly account: CurrentAccount }) {
  const { t } = useTranslation('members');
  const path = `${account.path}/invitations`;
  const invitations = usePages<Invitation>(path);
  const [isOpen, { open, close }] = useDisclosure();
  const { mutate: revoke } = useMutation({
    mutationFn: ({ id }: Invitation) => api.delete(`${path}/${id}`),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: [path] });
      notifyDone(t('invite.revoked'));
    },
    onError: notifyError,
  });
  const columns = useMemo<Column<Invitation>[]>(
    () => [
      { id: 'role', header: t('column.role'), cell: ({ role }) => t(`role.${role}`) },
      { id: 'by', header: t('column.by'), cell: ({ invitedBy }) => invitedBy },
      {
        id: 'expires',
        header: t('column.expires'),
        cell: ({ expiresAt }) => <Time at={expiresAt} format="relative" />,
      },
      {
        id: 'actions',
        header: t('column.actions'),
        isActions: true,
        cell: (invitation) => (
          <Button variant="subtle" color="red" size="compact-sm" onClick={() => revoke(invitation)}>
            {t('invite.revoke')}
          </Button>
        ),
      },
    ],
    [t, revoke],
  );
  return (
    <Panel
      flush
      title={t('invite.title')}
      description={t('invite.description')}
      actions={
        <Button size="xs" leftSection={<IconUserPlus size={16} />} onClick={open}>
          {t('invite.open')}
        </Button>
      }
    >
      <DataTable
        label={t('invite.title')}
        columns={columns}
        {...pagedRows(invitations)}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={IconMailForward} title={t('invite.none')}>
            {t('invite.next')}
          </EmptyState>
        }
      />
      {isOpen ? <Invite path={path} onClose={close} /> : null}
    </Panel>
  );
}

const DAYS = ['1', '7', '30'] as const;
const DAYS_DEFAULT = '7';

function Invite({ path, onClose }: { readonly path: string; readonly onClose: () => void }) {
  const { t } = useTranslation('members');
  const [role, setRole] = useState<AccountRole>('member');
  const [days, setDays] = useState<string>(DAYS_DEFAULT);
  const invite = useMutation({
    mutationFn: () => api.post<CreatedInvitation>(path, { role, expiresInHours: Number(days) * 24 }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [path] }),
  });
  const link = invite.data && `${window.location.origin}/sign-up?invitation=${encodeURIComponent(invite.data.token)}`;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('invite.open')}
      size={link === undefined ? 'md' : 'lg'}
      closeOnClickOutside={link === undefined}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {link === undefined ? (
        <Stack gap="md">
          {invite.error ? <ErrorState error={invite.error} /> : null}
          <Select
            label={t('column.role')}
            description={t(`roleHint.${role}`)}
            data={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
            value={role}
            allowDeselect={false}
            onChange={(value) => setRole(ROLES.find((name) => name === value) ?? 'member')}
          />
          <Select
            label={t('invite.valid')}
            data={DAYS.map((value) => ({ value, label: t('invite.days', { count: Number(value) }) }))}
            value={days}
            allowDeselect={false}
            onChange={(value) => setDays(value ?? DAYS_DEFAULT)}
          />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button loading={invite.isPending} onClick={() => invite.mutate()}>
              {t('invite.submit')}
            </Button>
          </Group>
        </Stack>
      ) : (
        <Stack gap="md">
          <Alert color="yellow" variant="light" icon={<IconEyeOff size={18} />}>
            {t('invite.once')}
          </Alert>
          <CodeBlock code={link} label={t('invite.link')} />
          <Text size="sm" c="dimmed">
            {t('invite.send')}
          </Text>
          <Group justify="flex-end">
            <Button onClick={onClose}>{t('invite.done')}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
