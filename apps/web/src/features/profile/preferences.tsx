import { SegmentedControl, Stack, Text, useMantineColorScheme } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, currentLanguage, LANGUAGES } from '../../i18n/i18n';
import { Panel } from '../../ui/panel';
import { useMoney } from '../../ui/use-money';

const SCHEMES = ['auto', 'light', 'dark'] as const;
const UNITS = ['currency', 'quota'] as const;

/** How this browser shows things. */
export function Preferences() {
  const { t } = useTranslation('profile');
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { unit, setUnit } = useMoney();
  return (
    <Panel title={t('preferences.title')} description={t('preferences.description')}>
      <Stack gap="md">
        <Choice
          label={t('preferences.language')}
          data={[
            { value: 'en', label: 'English' },
            { value: 'zh', label: '中文' },
          ]}
          value={currentLanguage()}
          onChange={(value) => void chooseLanguage(LANGUAGES.find((language) => language === value) ?? 'en')}
        />
        <Choice
          label={t('preferences.theme')}
          data={SCHEMES.map((value) => ({ value, label: t(`preferences.themes.${value}`) }))}
          value={colorScheme}
          onChange={(value) => setColorScheme(SCHEMES.find((scheme) => scheme === value) ?? 'auto')}
        />
        <Choice
          label={t('preferences.unit')}
          data={UNITS.map((value) => ({ value, label: t(`preferences.units.${value}`) }))}
          value={unit}
          onChange={(value) => setUnit(value === 'quota' ? 'quota' : 'currency')}
        />
      </Stack>
    </Panel>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly data: { readonly value: string; readonly label: string }[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Choice({ label, data, value, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div>
      <Text size="sm" fw={600} mb={6} id={id}>
        {label}
      </Text>
      <SegmentedControl aria-labelledby={id} data={data} value={value} onChange={onChange} />
    </div>
  );
}
