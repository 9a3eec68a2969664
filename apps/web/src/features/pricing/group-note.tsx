import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ViewedCatalog, ViewedGroups } from '../../api/catalog';
import { currentLocale } from '../../i18n/i18n';
import { formatMultiplier } from '../../ui/money-format';
import classes from './pricing-page.module.css';

interface GroupNoteProps {
  readonly catalog: ViewedCatalog;
  readonly groups: ViewedGroups | undefined;
}

/** Says for whom the prices below are, and what that does to them. */
export function GroupNote({ catalog, groups }: GroupNoteProps) {
  const { t } = useTranslation('pricing');
  const { accountGroup, keyGroup, models } = catalog;
  const group = keyGroup ?? accountGroup;
  const multipliers = new Set(models.map(({ multiplierMillionths }) => multiplierMillionths));
  const [only = '1000000'] = multipliers;
  if (keyGroup === null && multipliers.size <= 1 && only === '1000000') return null;
  const description = groups?.groups.find(({ name }) => name === group)?.description;
  return (
    <Text size="sm" className={classes.note} component="p">
      {keyGroup === null ? t('note.account', { group }) : t('note.key', { group, accountGroup })}{' '}
      {multipliers.size > 1
        ? t('note.several')
        : t('note.one', { multiplier: formatMultiplier(BigInt(only), currentLocale()) })}
      {description === undefined || description === '' ? null : ` ${description}`}
    </Text>
  );
}
