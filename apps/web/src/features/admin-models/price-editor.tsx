import {
  Alert,
  Button,
  Checkbox,
  Group,
  NumberInput,
  Paper,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconAlertTriangle, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PriceVersion } from '@code-router/contracts';
import { TOKEN_CLASSES, UNIT_CLASSES } from '@code-router/money';
import { api } from '../../api/client';
import { mustBeConfirmed } from './must-be-confirmed';
import { instantOfLocal } from '../../ui/fields/local-moment';
import { FormDialog } from '../../ui/form-dialog';
import { notifyDone } from '../../ui/notify';
import { useMoney } from '../../ui/use-money';
import { useSubmit } from '../../ui/use-submit';
import { isAmount, newTier, priceValues, termsOf, type PriceValues } from './price-form';

export interface PriceEditorProps {
  readonly model: string;
  /** The version in force, which the form begins with. */
  readonly current: PriceVersion | null;
  readonly onClose: () => void;
}

/** A new version of a price. Prices are never edited: the newest one in force is charged. */
export function PriceEditor({ model, current, onClose }: PriceEditorProps) {
  const { t } = useTranslation('admin-models');
  const { currencySymbol } = useMoney().style;
  const [isConfirmed, setConfirmed] = useState(false);
  const [needsConfirmation, setNeedsConfirmation] = useState(false);
  const form = useForm<PriceValues>({
    initialValues: priceValues(current?.terms ?? null),
    validate: {
      perCall: (text) => (isAmount(text) ? null : t('price.amountForm')),
      rates: (rates) => (Object.values(rates).every(isAmount) ? null : t('price.amountForm')),
      units: (units) => (Object.values(units).every(isAmount) ? null : t('price.amountForm')),
      tiers: (tiers) =>
        tiers.every((tier) => Number(tier.aboveInputTokens) >= 1 && Object.values(tier.rates).every(isAmount))
          ? null
          : t('price.tierForm'),
    },
  });
  const { values, errors } = form;
  const { onSubmit, isBusy, error } = useSubmit({
    form,
    changes: ['/api/prices', '/api/price-list', '/api/catalog'],
    send: async (typed) => {
      try {
        return await api.post<PriceVersion>('/api/prices', {
          model,
          terms: termsOf(typed),
          ...(typed.effectiveFrom === '' ? {} : { effectiveFrom: instantOfLocal(typed.effectiveFrom) }),
          note: typed.note.trim(),
          isPlaceholder: typed.isPlaceholder,
          ...(isConfirmed ? { confirmed: true } : {}),
        });
      } catch (refusal) {
        // The gateway takes a change of more than twenty times for a slip, until somebody says that it is none.
        if (mustBeConfirmed(refusal)) setNeedsConfirmation(true);
        throw refusal;
      }
    },
    onDone: () => {
      notifyDone(t(values.effectiveFrom === '' ? 'price.inForce' : 'price.scheduled', { model }));
      onClose();
    },
  });
  const amount = (label: string, value: string, onChange: (text: string) => void) => (
    <TextInput
      key={label}
      label={label}
      leftSection={<Text fz="sm">{currencySymbol}</Text>}
      inputMode="decimal"
      autoComplete="off"
      value={value}
      error={isAmount(value) ? undefined : t('price.amountForm')}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
  return (
    <FormDialog
      isOpen
      isLarge
      size="xl"
      title={t('price.new', { model })}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={t('price.submit')}
      isBusy={isBusy}
      error={error}
    >
      <Title order={3}>{t('price.rates')}</Title>
      <Text size="sm" c="dimmed">
        {t('price.ratesHint')}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }}>
        {TOKEN_CLASSES.map((name) =>
          amount(t(`token.${name}`), values.rates[name] ?? '', (text) =>
            form.setFieldValue('rates', { ...values.rates, [name]: text }),
          ),
        )}
      </SimpleGrid>
      <FieldError>{errors['rates']}</FieldError>
      <Title order={3}>{t('price.pieces')}</Title>
      <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }}>
        {amount(t('price.perCall'), values.perCall, (text) => form.setFieldValue('perCall', text))}
        {UNIT_CLASSES.map((name) =>
          amount(t(`unit.${name}`), values.units[name] ?? '', (text) =>
            form.setFieldValue('units', { ...values.units, [name]: text }),
          ),
        )}
      </SimpleGrid>
      <FieldError>{errors['units']}</FieldError>
      <Group justify="space-between">
        <Title order={3}>{t('price.tiers')}</Title>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => form.setFieldValue('tiers', [...values.tiers, newTier()])}
        >
          {t('price.addTier')}
        </Button>
      </Group>
      {values.tiers.map((tier, index) => {
        const change = (changed: Partial<typeof tier>) =>
          form.setFieldValue('tiers', values.tiers.with(index, { ...tier, ...changed }));
        return (
          <Paper key={tier.id} withBorder p="md">
            <Stack gap="sm">
              <Group align="flex-end" justify="space-between">
                <NumberInput
                  label={t('price.above')}
                  min={1}
                  allowDecimal={false}
                  thousandSeparator
                  value={tier.aboveInputTokens}
                  onChange={(aboveInputTokens) => change({ aboveInputTokens })}
                />
                <Button
                  size="xs"
                  variant="subtle"
                  color="red"
                  leftSection={<IconTrash size={14} />}
                  onClick={() => form.setFieldValue('tiers', values.tiers.toSpliced(index, 1))}
                >
                  {t('price.removeTier')}
                </Button>
              </Group>
              <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }}>
                {TOKEN_CLASSES.map((name) =>
                  amount(t(`token.${name}`), tier.rates[name] ?? '', (text) =>
                    change({ rates: { ...tier.rates, [name]: text } }),
                  ),
                )}
              </SimpleGrid>
            </Stack>
          </Paper>
        );
      })}
      <FieldError>{errors['tiers']}</FieldError>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={t('price.effectiveFrom')}
          description={t('price.effectiveFromHint')}
          type="datetime-local"
          {...form.getInputProps('effectiveFrom')}
        />
        <TextInput label={t('price.note')} description={t('price.noteHint')} {...form.getInputProps('note')} />
      </SimpleGrid>
      <Checkbox label={t('price.isPlaceholder')} {...form.getInputProps('isPlaceholder', { type: 'checkbox' })} />
      {needsConfirmation ? (
        <Alert color="yellow" icon={<IconAlertTriangle size={18} />} title={t('price.guard')}>
          <Checkbox
            label={t('price.confirm')}
            checked={isConfirmed}
            onChange={(event) => setConfirmed(event.currentTarget.checked)}
          />
        </Alert>
      ) : null}
    </FormDialog>
  );
}

function FieldError({ children }: { readonly children?: React.ReactNode }) {
  return children ? (
    <Text size="sm" c="var(--mantine-color-error)" role="alert">
      {children}
    </Text>
  ) : null;
}
