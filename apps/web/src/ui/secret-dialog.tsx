import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { IconEyeOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from './code-block';

export interface SecretDialogProps {
  readonly title: string;
  readonly secret: string;
  /** What can be done with it, such as a ready line for a terminal. */
  readonly children?: ReactNode;
  readonly onClose: () => void;
}

/** A secret, the only time that it is shown. Only its button closes it, so that no stray key does. */
export function SecretDialog({ title, secret, children, onClose }: SecretDialogProps) {
  const { t } = useTranslation('ui');
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      size="lg"
    >
      <Stack gap="md">
        <Alert icon={<IconEyeOff size={18} />} color="yellow" title={t('secret.once')}>
          {t('secret.keep')}
        </Alert>
        <CodeBlock label={t('secret.label')} code={secret} />
        {children}
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('secret.done')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
