import { Button, Drawer, Group, Modal, Stack, type MantineSize } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './form-dialog.module.css';
import { ErrorState } from './states';

export interface FormDialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onSubmit: (event?: FormEvent<HTMLFormElement>) => void;
  /** The verb on the button. */
  readonly submit: string;
  readonly isBusy: boolean;
  /** What is said at no field. */
  readonly error?: unknown;
  /** Whether the button destroys something. */
  readonly isDangerous?: boolean;
  readonly size?: MantineSize;
  /** A large form is at the side, where the list that it is about stays in sight. */
  readonly isLarge?: boolean;
  readonly children: ReactNode;
}

/** A form above the page: a dialog, or a drawer when it is large. On a phone it fills the screen. */
export function FormDialog(props: FormDialogProps) {
  const { title, isOpen, onClose, onSubmit, submit, isBusy, error, isDangerous = false, size, isLarge = false } = props;
  const { t } = useTranslation('ui');
  const isPhone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const shared = { title, opened: isOpen, onClose, closeButtonProps: { 'aria-label': t('form.close') } };
  const form = (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {props.children}
        {error === undefined || error === null ? null : <ErrorState error={error} />}
        <Group justify="flex-end" gap="sm" className={classes.foot} data-sticky={isLarge || undefined}>
          <Button variant="default" onClick={onClose}>
            {t('form.cancel')}
          </Button>
          <Button type="submit" loading={isBusy} {...(isDangerous ? { color: 'red' } : {})}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
  return isLarge ? (
    <Drawer {...shared} position="right" size={isPhone ? '100%' : (size ?? 'lg')}>
      {form}
    </Drawer>
  ) : (
    <Modal {...shared} size={size ?? 'md'} fullScreen={isPhone}>
      {form}
    </Modal>
  );
}
