import { NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { memo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ViewedGroups } from '../../api/catalog';
import { useSite } from '../../api/site';
import { currentLocale } from '../../i18n/i18n';
import { formatMultiplier } from '../../ui/money-format';
import type { RateBase } from '../../ui/rate-format';
import { useMoney } from '../../ui/use-money';
import type { FilterChoices } from './find-models';
import type { PricingSearch, Sort } from '../../api/catalog-search';
import classes from './pricing-filters.module.css';

interface PricingFiltersProps extends ChoicesProps {
  readonly words: string;
  readonly onWords: (words: string) => void;
}

interface ChoicesProps {
  readonly search: PricingSearch;
  readonly choices: FilterChoices;
  readonly groups: ViewedGroups | undefined;
  readonly onChange: (changed: Partial<Record<keyof PricingSearch, unknown>>) => void;
}

/** The search, the filters, and how prices are shown. */
export function PricingFilters({ words, onWords, ...choices }: PricingFiltersProps) {
  const { t } = useTranslation('pricing');
  const searchBox = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => searchBox.current?.focus()]]);
  return (
    <search className={classes.filters}>
      <TextInput
        ref={searchBox}
        className={classes.search}
        size="md"
        type="search"
        leftSection={<IconSearch size={18} aria-hidden />}
        aria-label={t('filters.search')}
        placeholder={t('filters.searchHint')}
        value={words}
        onChange={(event) => onWords(event.currentTarget.value)}
      />
      <Choices {...choices} />
    </search>
  );
}

/** Apart, since nothing of it changes with a keystroke. */
const Choices = memo(function Choices({ search, choices, groups, onChange }: ChoicesProps) {
  const { t } = useTranslation('pricing');
  const { currency } = useSite();
  const { unit, setUnit } = useMoney();
  const others = groups?.groups.filter(({ name }) => name !== groups.accountGroup) ?? [];
  return (
    <div className={classes.row}>
      <Choice
        label={t('filters.vendor')}
        all={t('filters.allVendors')}
        value={search.vendor}
        choices={choices.vendors.map((vendor) => ({ value: vendor, label: vendor }))}
        onChange={(vendor) => onChange({ vendor })}
      />
      <Choice
        label={t('filters.modality')}
        all={t('filters.allModalities')}
        value={search.modality}
        choices={choices.modalities.map((modality) => ({ value: modality, label: t(`modality.${modality}`) }))}
        onChange={(modality) => onChange({ modality })}
      />
      <Choice
        label={t('filters.endpoint')}
        all={t('filters.allEndpoints')}
        value={search.endpoint}
        choices={choices.endpoints.map((endpoint) => ({ value: endpoint, label: endpoint }))}
        onChange={(endpoint) => onChange({ endpoint })}
      />
      {choices.tags.length === 0 ? null : (
        <Choice
          label={t('filters.tag')}
          all={t('filters.allTags')}
          value={search.tag}
          choices={choices.tags.map((tag) => ({ value: tag, label: tag }))}
          onChange={(tag) => onChange({ tag })}
        />
      )}
      {groups === undefined || others.length === 0 ? null : (
        <Choice
          label={t('filters.group')}
          all={t('filters.ownGroup', { group: groups.accountGroup })}
          value={search.group}
          choices={others.map(({ name, multiplierMillionths }) => ({
            value: name,
            label: t('filters.groupWithMultiplier', {
              group: name,
              multiplier: formatMultiplier(BigInt(multiplierMillionths), currentLocale()),
            }),
          }))}
          onChange={(group) => onChange({ group })}
        />
      )}
      <SortOnPhone search={search} onChange={onChange} />
      <div className={classes.display}>
        <SegmentedControl
          size="xs"
          aria-label={t('filters.per')}
          value={search.per ?? 'million'}
          onChange={(per) => onChange({ per: per === 'thousand' ? ('thousand' satisfies RateBase) : undefined })}
          data={[
            { value: 'million', label: t('filters.perMillion') },
            { value: 'thousand', label: t('filters.perThousand') },
          ]}
        />
        <SegmentedControl
          size="xs"
          aria-label={t('filters.unit')}
          value={unit}
          onChange={(value) => setUnit(value === 'quota' ? 'quota' : 'currency')}
          data={[
            { value: 'currency', label: currency },
            { value: 'quota', label: t('filters.quotaUnits') },
          ]}
        />
      </div>
    </div>
  );
});

const SORTED_BY = ['name', 'input', 'cached', 'output', 'context'] as const satisfies readonly Sort[];

/** Where the list has no heads of columns to press. */
function SortOnPhone({ search: { sort = 'name', descending }, onChange }: Pick<ChoicesProps, 'search' | 'onChange'>) {
  const { t } = useTranslation('pricing');
  return (
    <div className={classes.sort}>
      <Choice
        label={t('filters.sort')}
        all={t('filters.sortedBy', { column: t('table.name'), direction: '↑' })}
        value={sort === 'name' && !descending ? '' : `${sort} ${descending ? 'down' : 'up'}`}
        choices={SORTED_BY.flatMap((by) =>
          (['up', 'down'] as const)
            .filter((direction) => by !== 'name' || direction === 'down')
            .map((direction) => ({
              value: `${by} ${direction}`,
              label: t('filters.sortedBy', { column: t(`table.${by}`), direction: direction === 'up' ? '↑' : '↓' }),
            })),
        )}
        onChange={(chosen) => {
          const [by, direction] = chosen.split(' ');
          onChange({ sort: by === 'name' ? '' : by, descending: direction === 'down' ? true : undefined });
        }}
      />
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  /** What no choice is called. */
  readonly all: string;
  readonly value: string | undefined;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
}

/** The browser's own list: light, known to everybody, and good on a phone. */
function Choice({ label, all, value = '', choices, onChange }: ChoiceProps) {
  // What the address asks for stays visible, also when nothing has it.
  const isKnown = value === '' || choices.some((choice) => choice.value === value);
  const unknown = isKnown ? [] : [{ value, label: value }];
  return (
    <NativeSelect
      size="sm"
      className={classes.choice}
      aria-label={label}
      data-chosen={value !== '' || undefined}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[{ value: '', label: all }, ...choices, ...unknown]}
    />
  );
}
