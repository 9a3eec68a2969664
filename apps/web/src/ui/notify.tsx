import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import i18next from 'i18next';
import { describeError } from './describe-error';

/** Says that something was done. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'teal', icon: <IconCheck size={18} /> });
}

/** Says that something came out badly, though nothing went wrong with the asking. */
export function notifyFailure(message: string): void {
  notifications.show({ message, color: 'red', icon: <IconAlertTriangle size={18} />, autoClose: 10_000 });
}

/** Says what went wrong with what somebody did, and what to do. */
export function notifyError(error: unknown): void {
  const { title, advice } = describeError(error, i18next.getFixedT(null, 'ui'));
  notifications.show({
    title,
    message: advice,
    color: 'red',
    icon: <IconAlertTriangle size={18} />,
    autoClose: 10_000,
  });
}
