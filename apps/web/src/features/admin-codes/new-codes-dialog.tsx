import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconDownload, IconEyeOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CreatedRedemptionBatch } from '@code-router/contracts';
import { Amount } from '../../ui/amount';
import { CopyButton } from '../../ui/copy-button';
import { saveAs } from '../../ui/download';
import classes from './new-codes-dialog.module.css';

export interface NewCodesDialogProps {
  readonly batch: CreatedRedemptionBatch;
  readonly onClose: () => void;
}

/** The codes of a new batch: the only time that they are seen. Only the button closes it. */
export function NewCodesDialog({ batch, onClose }: NewCodesDialogProps) {
  const { t } = useTranslation('admin-codes');
  const text = `${batch.codes.join('\n')}\n`;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('codes.title', { name: batch.name })}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      size="lg"
    >
      <Stack gap="md">
        <Alert icon={<IconEyeOff size={18} />} color="yellow" title={t('codes.once')}>
          {t('codes.keep')}
        </Alert>
        <Text size="sm">
          {t('codes.each', { count: batch.codes.length })} <Amount nanos={batch.amountNanos} strong />
        </Text>
        <pre className={classes.codes} tabIndex={0} role="region" aria-label={t('codes.label')}>
          {batch.codes.join('\n')}
        </pre>
        <Group justify="space-between">
          <Group gap="sm">
            <CopyButton value={text} label={t('codes.copy')} />
            <Button
              variant="default"
              leftSection={<IconDownload size={16} />}
              onClick={() =>
                saveAs(
                  new Blob([text], { type: 'text/plain;charset=utf-8' }),
                  `${batch.name.replace(/[^\p{L}\p{N}-]+/gu, '-')}.txt`,
                )
              }
            >
              {t('codes.download')}
            </Button>
          </Group>
          <Button onClick={onClose}>{t('codes.done')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
