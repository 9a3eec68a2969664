import { Drawer, Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../ui/code-block';
import { Diff } from '../../ui/diff/diff';
import { Facts } from '../../ui/facts';
import { formatTime } from '../../ui/time-format';
import type { AuditEntry } from './audit-entry';

export interface AuditEntryDrawerProps {
  readonly entry: AuditEntry | null;
  readonly onClose: () => void;
}

/** One action, with what it changed. */
export function AuditEntryDrawer({ entry, onClose }: AuditEntryDrawerProps) {
  const { t } = useTranslation('admin-audit-log');
  const { t: tUi } = useTranslation('ui');
  return (
    <Drawer
      opened={entry !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title={entry?.action ?? ''}
      closeButtonProps={{ 'aria-label': tUi('form.close') }}
    >
      {entry ? (
        <Stack gap="lg">
          <Facts
            items={[
              [t('column.at'), formatTime(entry.at, 'exact')],
              [t('column.actor'), entry.actorName],
              [t('target'), entry.target],
              [
                t('column.result'),
                entry.httpStatus === null ? t('unknown') : [entry.httpStatus, entry.errorCode ?? ''].join(' ').trim(),
              ],
              [t('column.ip'), entry.ip],
              [t('requestId'), entry.requestId],
            ]}
          />
          <section>
            <Title order={3} mb="xs">
              {t('changes')}
            </Title>
            <Diff before={entry.before} after={entry.after} />
          </section>
          {entry.input === null || entry.input === undefined ? null : (
            <section>
              <Title order={3} mb="xs">
                {t('input')}
              </Title>
              <CodeBlock label={t('input')} code={JSON.stringify(entry.input, null, 2)} />
            </section>
          )}
        </Stack>
      ) : null}
    </Drawer>
  );
}
