import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CreatedKey, MemberKey } from '@code-router/contracts';
import { KeySecret } from './key-secret';
import { api } from '../../api/client';
import { queryClient } from '../../api/query-client';
import type { CurrentAccount } from '../../api/session';
import { ErrorState } from '../../ui/states';

export interface RotateKeyProps {
  readonly account: CurrentAccount;
  readonly rotated: MemberKey | null;
  readonly onClose: () => void;
}

/** How long the secret so far may go on, in hours. */
const OVERLAPS_HOURS = ['0', '1', '24', '168'] as const;
const OVERLAP_DEFAULT = '24';
const HOUR_MS = 3_600_000;

export function RotateKey({ account, rotated, onClose }: RotateKeyProps) {
  const { t } = useTranslation('keys');
  const [hours, setHours] = useState<string>(OVERLAP_DEFAULT);
  const rotate = useMutation({
    mutationFn: ({ id }: MemberKey) => {
      const overlapMs = Number(hours) * HOUR_MS;
      const overlap = overlapMs === 0 ? {} : { oldValidUntil: new Date(Date.now() + overlapMs).toISOString() };
      return api.post<CreatedKey>(`${account.path}/keys/${id}/rotate`, overlap);
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [`${account.path}/keys`] }),
  });
  const close = () => {
    rotate.reset();
    onClose();
  };
  return (
    <Modal
      opened={rotated !== null}
      onClose={close}
      size={rotate.data ? 'lg' : 'md'}
      title={t('rotate.title', { name: rotated?.name ?? '' })}
      closeOnClickOutside={false}
      closeOnEscape={!rotate.data}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {rotate.data ? (
        <KeySecret secret={rotate.data.secret} model={rotate.data.allowedModels?.[0] ?? 'demo-chat'} onDone={close} />
      ) : (
        <Stack gap="md">
          <Text size="sm">{t('rotate.explanation')}</Text>
          {rotate.error ? <ErrorState error={rotate.error} /> : null}
          <Select
            label={t('rotate.overlap')}
            data={OVERLAPS_HOURS.map((value) => ({ value, label: t(`rotate.hours.${value}`) }))}
            value={hours}
            onChange={(value) => setHours(value ?? OVERLAP_DEFAULT)}
            allowDeselect={false}
          />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={close}>
              {t('cancel')}
            </Button>
            <Button loading={rotate.isPending} onClick={() => rotated && rotate.mutate(rotated)}>
              {t('rotate.submit')}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
