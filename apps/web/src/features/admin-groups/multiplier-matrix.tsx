import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeptGroup, MultiplierOverride } from '@code-router/contracts';
import { api } from '../../api/client';
import { multiplierText, parseMultiplier } from '../../ui/fields/exact-product';
import { notifyDone, notifyError } from '../../ui/notify';
import { invalidate } from '../../ui/use-submit';
import classes from './multiplier-matrix.module.css';

export interface MultiplierMatrixProps {
  readonly groups: readonly KeptGroup[];
  readonly overrides: readonly MultiplierOverride[];
}

/** Account groups down, key groups across: each cell is what their prices are multiplied by. */
export function MultiplierMatrix({ groups, overrides }: MultiplierMatrixProps) {
  const { t } = useTranslation('admin-groups');
  const pairs = new Map(
    overrides
      .filter(({ kind }) => kind === 'group-pair')
      .map((override) => [`${override.accountGroup} ${override.keyGroup}`, override.multiplierMillionths]),
  );
  return (
    <div className={classes.scroller} tabIndex={0} role="region" aria-label={t('matrix.title')}>
      <table className={classes.matrix}>
        <thead>
          <tr>
            <th scope="col">{t('matrix.corner')}</th>
            {groups.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ name: accountGroup }) => (
            <tr key={accountGroup}>
              <th scope="row">{accountGroup}</th>
              {groups.map((keyGroup) => {
                const kept = pairs.get(`${accountGroup} ${keyGroup.name}`);
                return (
                  <td key={keyGroup.name}>
                    <Cell
                      key={kept ?? 'none'}
                      accountGroup={accountGroup}
                      keyGroup={keyGroup.name}
                      kept={kept}
                      inherited={keyGroup.multiplierMillionths}
                    />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CellProps {
  readonly accountGroup: string;
  readonly keyGroup: string;
  /** The multiplier of this very pair; undefined where the key group's own applies. */
  readonly kept: string | undefined;
  readonly inherited: string;
}

/** Written when it is left or Enter is pressed; emptied, the key group's own multiplier applies again. */
function Cell({ accountGroup, keyGroup, kept, inherited }: CellProps) {
  const { t } = useTranslation('admin-groups');
  const before = kept === undefined ? '' : multiplierText(kept);
  const [text, setText] = useState(before);
  const isWrong = text.trim() !== '' && parseMultiplier(text) === null;
  const pair = { kind: 'group-pair', accountGroup, keyGroup } as const;
  const write = useMutation({
    mutationFn: () =>
      text.trim() === ''
        ? api.delete('/api/multipliers', { query: pair })
        : api.put('/api/multipliers', { ...pair, multiplier: text.trim() }),
    onSuccess: async () => {
      await invalidate(['/api/multipliers', '/api/catalog']);
      notifyDone(t('matrix.saved', { accountGroup, keyGroup }));
    },
    onError: notifyError,
  });
  const commit = () => {
    if (!isWrong && text.trim() !== before) write.mutate();
  };
  return (
    <TextInput
      size="xs"
      inputMode="decimal"
      aria-label={t('matrix.cell', { accountGroup, keyGroup })}
      placeholder={multiplierText(inherited)}
      value={text}
      error={isWrong ? t('multiplierForm') : undefined}
      disabled={write.isPending}
      data-own={kept !== undefined || undefined}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        // Leaving is what writes: written here as well, it would be written twice.
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') setText(before);
      }}
    />
  );
}
