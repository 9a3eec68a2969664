import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './usage-filters.module.css';
import { USAGE_RANGE_DEFAULT, USAGE_RANGES, type UsageSearch } from '../../ui/usage-search';
import { useKeys, useModelNames } from '../../api/account-queries';
import type { CurrentAccount } from '../../api/session';

export interface UsageFiltersProps {
  readonly account: CurrentAccount;
  readonly search: UsageSearch;
  /** What is undefined is no longer filtered by. */
  readonly onChange: (changed: { readonly [Name in keyof UsageSearch]: UsageSearch[Name] | undefined }) => void;
}

const STATUSES = ['ok', 'error', '400', '401', '402', '403', '404', '429', '500', '502', '503', '504'];
const TYPING_MS = 350;

export function UsageFilters({ account, search, onChange }: UsageFiltersProps) {
  const { t } = useTranslation('usage');
  const keys = useKeys(account.path);
  const models = useModelNames(account.accountId);
  const { range = USAGE_RANGE_DEFAULT } = search;
  const [requestId, setRequestId] = useState(search.requestId ?? '');
  const typed = useDebouncedCallback((text: string) => onChange({ requestId: text.trim() || undefined }), TYPING_MS);
  const isFiltered = ['keyId', 'model', 'status', 'requestId', 'keyName'].some(
    (name) => search[name as keyof UsageSearch] !== undefined,
  );
  return (
    <div className={classes.filters} role="search" aria-label={t('filter.label')}>
      <Select
        aria-label={t('filter.range')}
        data={USAGE_RANGES.map((value) => ({ value, label: t(`range.${value}`) }))}
        value={range}
        allowDeselect={false}
        onChange={(value) =>
          onChange({ range: USAGE_RANGES.find((name) => name === value), from: undefined, to: undefined })
        }
      />
      {range === 'custom' ? (
        <>
          <TextInput
            type="datetime-local"
            aria-label={t('filter.from')}
            defaultValue={localMinute(search.from)}
            onChange={({ currentTarget: { value } }) => onChange({ from: instant(value) })}
          />
          <TextInput
            type="datetime-local"
            aria-label={t('filter.to')}
            defaultValue={localMinute(search.to)}
            onChange={({ currentTarget: { value } }) => onChange({ to: instant(value) })}
          />
        </>
      ) : null}
      <Select
        aria-label={t('column.key')}
        placeholder={t('filter.allKeys')}
        data={keys.items.map(({ id, name }) => ({ value: id, label: name }))}
        value={search.keyId ?? null}
        searchable
        clearable
        limit={100}
        onChange={(value) => onChange({ keyId: value ?? undefined })}
      />
      <Select
        aria-label={t('column.model')}
        placeholder={t('filter.allModels')}
        data={[...new Set([...models, ...(search.model === undefined ? [] : [search.model])])]}
        value={search.model ?? null}
        searchable
        clearable
        limit={100}
        onChange={(value) => onChange({ model: value ?? undefined })}
      />
      <Select
        aria-label={t('column.status')}
        placeholder={t('filter.anyStatus')}
        data={STATUSES.map((value) => ({ value, label: /^\d/.test(value) ? value : t(`filter.status.${value}`) }))}
        value={search.status ?? null}
        clearable
        onChange={(value) => onChange({ status: value ?? undefined })}
      />
      <TextInput
        aria-label={t('filter.requestId')}
        placeholder={t('filter.requestId')}
        leftSection={<IconSearch size={16} />}
        value={requestId}
        onChange={({ currentTarget: { value } }) => {
          setRequestId(value);
          typed(value);
        }}
      />
      {isFiltered ? (
        <Group>
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconX size={16} />}
            onClick={() => {
              setRequestId('');
              onChange({
                keyId: undefined,
                model: undefined,
                status: undefined,
                requestId: undefined,
                keyName: undefined,
              });
            }}
          >
            {t('filter.clear')}
          </Button>
        </Group>
      ) : null}
    </div>
  );
}

function instant(local: string): string | undefined {
  return local === '' ? undefined : new Date(local).toISOString();
}

function localMinute(moment: string | undefined): string {
  if (moment === undefined) return '';
  const date = new Date(moment);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
