import { useTranslation } from 'react-i18next';
import type { CatalogModel } from '@code-router/contracts';
import { MULTIPLIER_ONE } from '@code-router/money';
import { currentLocale } from '../../i18n/i18n';
import { formatMultiplier } from '../../ui/money-format';

export interface PricedFor {
  readonly accountGroup: string;
  readonly keyGroup: string | null;
}

/** Says where a model's multiplier comes from. */
export function useReason(): (model: CatalogModel, priced: PricedFor) => string {
  const { t } = useTranslation('pricing');
  return ({ multiplierSource, multiplierMillionths, name }, { accountGroup, keyGroup }) =>
    // A multiplier of one changes nothing, wherever it comes from.
    t(`reason.${BigInt(multiplierMillionths) === MULTIPLIER_ONE ? 'default' : multiplierSource}`, {
      multiplier: formatMultiplier(BigInt(multiplierMillionths), currentLocale()),
      accountGroup,
      keyGroup: keyGroup ?? accountGroup,
      model: name,
    });
}
