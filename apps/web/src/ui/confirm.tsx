import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { ReactNode } from 'react';

export interface Confirmation {
  readonly title: string;
  /** What will happen, and whether it can be undone. */
  readonly message: ReactNode;
  /** The verb on the button: "Delete the key", not "OK". */
  readonly confirm: string;
  readonly cancel: string;
  readonly onConfirm: () => void;
}

/** Asks before something that destroys. */
export function askBefore({ title, message, confirm, cancel, onConfirm }: Confirmation): void {
  modals.openConfirmModal({
    title,
    children: (
      <Text size="sm" component="div">
        {message}
      </Text>
    ),
    labels: { confirm, cancel },
    confirmProps: { color: 'red' },
    // The safe answer has the focus.
    cancelProps: { 'data-autofocus': true },
    onConfirm,
  });
}
