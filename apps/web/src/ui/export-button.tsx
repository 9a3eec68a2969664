import { Button, Group, Menu, Progress, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { downloadLines, type DownloadProgress } from './download';
import { notifyDone, notifyError } from './notify';
import { formatCount } from './number-format';
import type { Query } from '../api/client';

export interface ExportButtonProps {
  /** What answers with the file; it takes `format`. */
  readonly path: string;
  readonly query: Query;
  readonly formats: readonly ('csv' | 'ndjson')[];
  /** Without its ending. */
  readonly fileName: string;
}

/** Downloads a list as a file, and shows how far it is; it can be given up. */
export function ExportButton({ path, query, formats, fileName }: ExportButtonProps) {
  const { t } = useTranslation('ui');
  const [progress, setProgress] = useState<DownloadProgress | null>(null);
  const running = useRef<AbortController | null>(null);
  const begin = async (format: string) => {
    const controller = new AbortController();
    running.current = controller;
    setProgress({ bytes: 0, rows: 0, rowsEstimate: null });
    try {
      await downloadLines(path, { ...query, format }, `${fileName}.${format}`, setProgress, controller.signal);
      notifyDone(t('export.done'));
    } catch (error) {
      if (!controller.signal.aborted) notifyError(error);
    } finally {
      setProgress(null);
    }
  };
  if (progress) {
    const { rows, rowsEstimate } = progress;
    const share = rowsEstimate === null || rowsEstimate === 0 ? null : Math.min(rows / rowsEstimate, 1) * 100;
    return (
      <Group gap="sm" role="status">
        <Progress value={share ?? 100} animated={share === null} w={120} aria-label={t('export.running')} />
        <Text size="sm" c="dimmed">
          {t('export.rows', { rows: formatCount(rows) })}
        </Text>
        <Button variant="default" size="xs" onClick={() => running.current?.abort()}>
          {t('export.cancel')}
        </Button>
      </Group>
    );
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />}>
          {t('export.open')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map((format) => (
          <Menu.Item key={format} onClick={() => void begin(format)}>
            {t(`export.format.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
