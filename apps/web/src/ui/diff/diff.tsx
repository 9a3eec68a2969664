import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { changedPaths } from './changed-paths';
import classes from './diff.module.css';

export interface DiffProps {
  readonly before: unknown;
  readonly after: unknown;
}

/** What changed, field by field: what was there in red with a minus, what is there now in green with a plus. */
export function Diff({ before, after }: DiffProps) {
  const { t } = useTranslation('ui');
  const changes = changedPaths(before, after);
  if (changes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('diff.nothing')}
      </Text>
    );
  }
  return (
    <dl className={classes.diff}>
      {changes.map((change) => (
        <div key={change.path} className={classes.change}>
          <dt>{change.path === '' ? t('diff.value') : change.path}</dt>
          {change.before === undefined ? null : (
            <dd className={classes.before}>
              <span className={classes.sign}>−</span>
              <del>{write(change.before)}</del>
            </dd>
          )}
          {change.after === undefined ? null : (
            <dd className={classes.after}>
              <span className={classes.sign}>+</span>
              <ins>{write(change.after)}</ins>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

function write(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
}
