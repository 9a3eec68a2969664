import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconEyeOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../ui/code-block';

export interface KeySecretProps {
  readonly secret: string;
  /** A model that the key may use, for the line to try. */
  readonly model: string;
  readonly onDone: () => void;
}

/** The key itself, this once, and a line that works at once. */
export function KeySecret({ secret, model, onDone }: KeySecretProps) {
  const { t } = useTranslation('keys');
  return (
    <Stack gap="md">
      <Alert color="yellow" variant="light" icon={<IconEyeOff size={18} />}>
        {t('secret.once')}
      </Alert>
      <div>
        <Text size="sm" fw={550} mb={6}>
          {t('secret.key')}
        </Text>
        <CodeBlock code={secret} label={t('secret.key')} />
      </div>
      <div>
        <Text size="sm" fw={550} mb={6}>
          {t('secret.try')}
        </Text>
        <CodeBlock code={curlLine(secret, model)} label={t('secret.try')} />
      </div>
      <Group justify="flex-end">
        <Button onClick={onDone} data-autofocus>
          {t('secret.done')}
        </Button>
      </Group>
    </Stack>
  );
}

function curlLine(secret: string, model: string): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello!' }] });
  return [
    `curl ${window.location.origin}/v1/chat/completions \\`,
    `  -H "Authorization: Bearer ${secret}" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${body}'`,
  ].join('\n');
}
