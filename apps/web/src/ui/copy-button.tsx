import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

export interface CopyButtonProps {
  readonly value: string;
  /** A button with this text; an icon when absent. */
  readonly label?: string;
}

export function CopyButton({ value, label }: CopyButtonProps) {
  const { t } = useTranslation('ui');
  const { copied, copy } = useClipboard({ timeout: 2_000 });
  const IconOf = copied ? IconCheck : IconCopy;
  if (label !== undefined) {
    return (
      <Button variant="default" leftSection={<IconOf size={16} />} onClick={() => copy(value)}>
        {copied ? t('copied') : label}
      </Button>
    );
  }
  return (
    <Tooltip label={copied ? t('copied') : t('copy')}>
      <ActionIcon variant="subtle" color="gray" aria-label={t('copy')} onClick={() => copy(value)}>
        <IconOf size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
