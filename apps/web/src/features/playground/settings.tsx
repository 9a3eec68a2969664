import { Button, NativeSelect, NumberInput, Slider, Stack, Text, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CatalogModel, MemberKey } from '@code-router/contracts';
import { formatCount } from '../../ui/number-format';
import { Panel } from '../../ui/panel';

/** What a conversation is asked with. */
export interface Settings {
  /** Undefined: the first one that can be used. */
  readonly keyId: string | undefined;
  readonly model: string | undefined;
  readonly system: string;
  readonly temperature: number;
  readonly outputTokensMax: number;
}

export const SETTINGS_FIRST: Settings = {
  keyId: undefined,
  model: undefined,
  system: '',
  temperature: 1,
  outputTokensMax: 1_024,
};

const TEMPERATURE_MAX = 2;

interface ChatSettingsProps {
  readonly settings: Settings;
  readonly onChange: (settings: Settings) => void;
  readonly keys: readonly MemberKey[];
  readonly chosenKey: MemberKey;
  readonly models: readonly CatalogModel[];
  readonly chosenModel: CatalogModel;
  /** Absent while there is nothing to clear. */
  readonly onClear: (() => void) | undefined;
}

export function ChatSettings(props: ChatSettingsProps) {
  const { settings, onChange, keys, chosenKey, models, chosenModel, onClear } = props;
  const { t } = useTranslation('playground');
  return (
    <Panel title={t('settings.title')}>
      <Stack gap="md">
        <NativeSelect
          label={t('settings.model')}
          value={chosenModel.name}
          onChange={(event) => onChange({ ...settings, model: event.currentTarget.value })}
          data={models.map(({ name, displayName }) => ({ value: name, label: displayName }))}
        />
        <NativeSelect
          label={t('settings.key')}
          description={t('settings.keyNote')}
          value={chosenKey.id}
          onChange={(event) => onChange({ ...settings, keyId: event.currentTarget.value })}
          data={keys.map(({ id, name, prefix }) => ({ value: id, label: `${name} (${prefix}…)` }))}
        />
        <Textarea
          label={t('settings.system')}
          placeholder={t('settings.systemHint')}
          autosize
          minRows={2}
          maxRows={8}
          value={settings.system}
          onChange={(event) => onChange({ ...settings, system: event.currentTarget.value })}
        />
        <NumberInput
          label={t('settings.outputMax')}
          description={t('settings.outputMaxNote', { tokens: formatCount(chosenModel.maxOutputTokens) })}
          value={Math.min(settings.outputTokensMax, chosenModel.maxOutputTokens)}
          onChange={(value) => {
            if (typeof value === 'number' && value >= 1) onChange({ ...settings, outputTokensMax: value });
          }}
          min={1}
          max={chosenModel.maxOutputTokens}
          allowDecimal={false}
          allowNegative={false}
          thousandSeparator=","
        />
        <div>
          <Text size="sm" fw={600} id="temperature-label" mb={6}>
            {t('settings.temperature', { temperature: settings.temperature })}
          </Text>
          <Slider
            thumbProps={{ 'aria-labelledby': 'temperature-label' }}
            min={0}
            max={TEMPERATURE_MAX}
            step={0.1}
            label={null}
            value={settings.temperature}
            onChange={(temperature) => onChange({ ...settings, temperature })}
          />
        </div>
        {onClear ? (
          <Button variant="default" onClick={onClear}>
            {t('clear')}
          </Button>
        ) : null}
      </Stack>
    </Panel>
  );
}
