import { Anchor, Button } from '@mantine/core';
import { IconMailCheck, IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { usePages } from '../../api/pages';
import { CellNote, DataTable, type Column } from '../../ui/data-table';
import { pagedRows } from '../../ui/paged-rows';
import { notifyDone } from '../../ui/notify';
import { Panel } from '../../ui/panel';
import { EmptyState } from '../../ui/states';
import { Time } from '../../ui/time';
import { useAction } from '../../ui/use-action';

interface Letter {
  readonly id: string;
  readonly reason: string;
  readonly failedAt: string;
}

export interface LettersPanelProps<Kind extends Letter> {
  /** What an address leads to it by. */
  readonly id: string;
  /** Where they are listed; `/replay` below it has them tried again. */
  readonly path: string;
  readonly title: string;
  readonly description: string;
  /** What it means that there are none. */
  readonly emptyNext: string;
  /** What stands below the reason. */
  readonly noteOf: (letter: Kind) => string;
  readonly moreColumns?: readonly Column<Kind>[];
}

/** What could not be handled, with the reason; each of them, or all, can be tried again. */
export function LettersPanel<Kind extends Letter>(props: LettersPanelProps<Kind>) {
  const { id, path, title, description, emptyNext, noteOf, moreColumns = [] } = props;
  const { t } = useTranslation('admin-queue');
  const letters = usePages<Kind>(path);
  const replay = useAction({
    send: (ids?: readonly string[]) => api.post<{ readonly replayed: number }>(`${path}/replay`, ids ? { ids } : {}),
    changes: [path, '/api/system'],
    onDone: ({ replayed }) => {
      notifyDone(t('letters.replayed', { count: replayed }));
    },
  });
  const columns: readonly Column<Kind>[] = [
    {
      id: 'reason',
      header: t('letters.reason'),
      cell: (letter) => (
        <>
          {letter.reason}
          <CellNote>{noteOf(letter)}</CellNote>
        </>
      ),
    },
    ...moreColumns,
    { id: 'at', header: t('letters.at'), cell: ({ failedAt }) => <Time at={failedAt} format="exact" /> },
    {
      id: 'actions',
      header: t('letters.actions'),
      isActions: true,
      cell: (letter) => (
        <Anchor component="button" type="button" size="sm" onClick={() => replay.run([letter.id])}>
          {t('letters.replay')}
        </Anchor>
      ),
    },
  ];
  return (
    <Panel
      id={id}
      flush
      title={title}
      description={description}
      actions={
        letters.items.length === 0 ? null : (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={14} />}
            loading={replay.isBusy}
            onClick={() => replay.run(undefined)}
          >
            {t('letters.replayAll')}
          </Button>
        )
      }
    >
      <DataTable
        label={title}
        columns={columns}
        {...pagedRows(letters)}
        rowKey={(letter) => letter.id}
        empty={
          <EmptyState icon={IconMailCheck} title={t('letters.empty')}>
            {emptyNext}
          </EmptyState>
        }
      />
    </Panel>
  );
}
