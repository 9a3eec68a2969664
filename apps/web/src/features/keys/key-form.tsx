import {
  Accordion,
  Button,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { BUDGET_PERIOD_NAMES } from './budget-periods';
import { emptyKey, isAmountOrEmpty, type KeyFormValues } from './key-form-values';
import { useChoosableGroups, useModelNames } from '../../api/account-queries';
import type { CurrentAccount } from '../../api/session';
import { useSite } from '../../api/site';
import { showErrorAtFields } from '../../ui/form-errors';
import { ErrorState } from '../../ui/states';

export interface KeyFormProps {
  readonly account: CurrentAccount;
  readonly initial?: KeyFormValues;
  readonly submitLabel: string;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onSubmit: (values: KeyFormValues, refused: (error: unknown) => void) => void;
  readonly onCancel: () => void;
}

/** What the API calls the fields that are parts of another one. */
const NAMES = { budgetCredits: 'budget.credits', budgetDays: 'budget.days', budgetTimeZone: 'budget.timeZone' };

export function KeyForm(props: KeyFormProps) {
  const { account, initial, submitLabel, isPending, error, onSubmit, onCancel } = props;
  const { t } = useTranslation('keys');
  const { currencySymbol } = useSite();
  const models = useModelNames(account.accountId);
  const groups = useChoosableGroups(account.path);
  const form = useForm<KeyFormValues>({
    initialValues: initial ?? emptyKey(),
    validate: {
      name: (value) => (value.trim() === '' ? t('form.nameMissing') : null),
      quotaCredits: (value) => (isAmountOrEmpty(value) ? null : t('form.amountRule')),
      budgetCredits: (value) => (isAmountOrEmpty(value) ? null : t('form.amountRule')),
      expiresAt: (value) => (value === '' || new Date(value) > new Date() ? null : t('form.expiryPast')),
    },
  });
  const { budgetPeriod, budgetCredits } = form.values;
  return (
    <form
      noValidate
      onSubmit={form.onSubmit((values) => onSubmit(values, (refusal) => showErrorAtFields(form, refusal, NAMES)))}
    >
      <Stack gap="md">
        {error ? <ErrorState error={error} /> : null}
        <TextInput
          label={t('form.name')}
          description={t('form.nameHint')}
          required
          data-autofocus
          maxLength={200}
          {...form.getInputProps('name')}
        />
        <Accordion multiple variant="separated" defaultValue={['spending']} chevronPosition="left">
          <Accordion.Item value="spending">
            <Accordion.Control>{t('form.spending')}</Accordion.Control>
            <Accordion.Panel>
              <Stack gap="md">
                <TextInput
                  label={t('form.quota')}
                  description={t('form.quotaHint')}
                  leftSection={currencySymbol}
                  inputMode="decimal"
                  placeholder={t('form.unlimited')}
                  {...form.getInputProps('quotaCredits')}
                />
                <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
                  <TextInput
                    label={t('form.budget')}
                    leftSection={currencySymbol}
                    inputMode="decimal"
                    placeholder={t('form.unlimited')}
                    {...form.getInputProps('budgetCredits')}
                  />
                  <Select
                    label={t('form.period')}
                    data={BUDGET_PERIOD_NAMES.map((period) => ({ value: period, label: t(`period.${period}`) }))}
                    allowDeselect={false}
                    {...form.getInputProps('budgetPeriod')}
                  />
                  {budgetPeriod === 'days' ? (
                    <NumberInput
                      label={t('form.days')}
                      min={1}
                      max={366}
                      allowDecimal={false}
                      {...form.getInputProps('budgetDays')}
                    />
                  ) : null}
                  {budgetCredits.trim() === '' ? null : (
                    <Select
                      label={t('form.timeZone')}
                      data={['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]}
                      searchable
                      allowDeselect={false}
                      limit={80}
                      {...form.getInputProps('budgetTimeZone')}
                    />
                  )}
                </SimpleGrid>
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value="access">
            <Accordion.Control>{t('form.access')}</Accordion.Control>
            <Accordion.Panel>
              <Stack gap="md">
                <MultiSelect
                  label={t('form.models')}
                  description={t('form.modelsHint')}
                  placeholder={form.values.allowedModels.length === 0 ? t('form.allModels') : ''}
                  data={[...new Set([...models, ...form.values.allowedModels])]}
                  searchable
                  clearable
                  limit={100}
                  nothingFoundMessage={t('form.noModel')}
                  {...form.getInputProps('allowedModels')}
                />
                <TagsInput
                  label={t('form.ips')}
                  description={t('form.ipsHint')}
                  placeholder="192.0.2.1, 10.0.0.0/8"
                  splitChars={[',', ' ', '\n']}
                  clearable
                  {...form.getInputProps('allowedIps')}
                />
                <Select
                  label={t('form.group')}
                  description={t('form.groupHint')}
                  data={[
                    { value: '', label: t('form.accountGroup', { group: account.account.group }) },
                    ...groups.map(({ name, description }) => ({
                      value: name,
                      label: description === '' ? name : `${name}: ${description}`,
                    })),
                  ]}
                  allowDeselect={false}
                  {...form.getInputProps('group')}
                />
                <TextInput
                  type="datetime-local"
                  label={t('form.expiry')}
                  description={t('form.expiryHint')}
                  {...form.getInputProps('expiresAt')}
                />
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value="limits">
            <Accordion.Control>{t('form.limits')}</Accordion.Control>
            <Accordion.Panel>
              <Stack gap="md">
                <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="md">
                  {(['requestsPerMinute', 'tokensPerMinute', 'concurrencyMax'] as const).map((field) => (
                    <NumberInput
                      key={field}
                      label={t(`form.${field}`)}
                      min={1}
                      allowDecimal={false}
                      allowNegative={false}
                      thousandSeparator=","
                      hideControls
                      placeholder={t('form.unlimited')}
                      {...form.getInputProps(field)}
                    />
                  ))}
                </SimpleGrid>
                <Switch
                  label={t('form.showCost')}
                  description={t('form.showCostHint')}
                  {...form.getInputProps('showCost', { type: 'checkbox' })}
                />
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={isPending}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
