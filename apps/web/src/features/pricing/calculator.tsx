import { Accordion, Grid, NumberInput, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TokenClass, UnitClass } from '@code-router/money';
import { useTokenCount } from '../../tokens/use-token-count';
import { formatCount } from '../../ui/number-format';
import { CostComparison } from './cost-comparison';
import { pricedClasses, type ExpectedUsage } from './cost-lines';
import type { PricedModel } from './priced-model';

/** More than any model reads or writes: what is beyond was mistyped. */
const COUNT_MAX = 100_000_000;
const REQUESTS_MAX = 1_000_000_000;
/** To begin with: about a page of text, and an answer of a few paragraphs. */
const INPUT_TOKENS_FIRST = 1_000;
const OUTPUT_TOKENS_FIRST = 500;

type Mode = 'counts' | 'prompt';
type Counts = Readonly<Partial<Record<TokenClass | UnitClass, number>>>;

/** What a request costs before it is sent: from a prompt that is pasted, or from counts that are typed. */
export function Calculator({ models }: { readonly models: readonly PricedModel[] }) {
  const { t } = useTranslation('pricing');
  const [mode, setMode] = useState<Mode>('counts');
  const [prompt, setPrompt] = useState('');
  const [counts, setCounts] = useState<Counts>({ input: INPUT_TOKENS_FIRST, output: OUTPUT_TOKENS_FIRST });
  const [requests, setRequests] = useState(1);
  const counted = useTokenCount(mode === 'prompt' ? prompt : '');
  const more = useMemo(() => pricedClasses(models), [models]);

  const input = mode === 'prompt' ? counted.tokens : (counts.input ?? 0);
  const usage: ExpectedUsage | undefined =
    input === undefined
      ? undefined
      : {
          tokens: { ...only(counts, ['cachedInput', 'output', ...more.tokens]), input },
          units: only(counts, more.units),
        };
  const field = (of: TokenClass | UnitClass, label: string) => (
    <NumberInput
      key={of}
      label={label}
      value={counts[of] ?? 0}
      onChange={(value) => setCounts({ ...counts, [of]: typeof value === 'number' ? value : 0 })}
      min={0}
      max={COUNT_MAX}
      clampBehavior="strict"
      allowDecimal={false}
      allowNegative={false}
      thousandSeparator=","
      hideControls
      inputMode="numeric"
    />
  );

  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack gap="md">
          <SegmentedControl
            aria-label={t('calculate.mode')}
            value={mode}
            onChange={(value) => setMode(value === 'prompt' ? 'prompt' : 'counts')}
            data={[
              { value: 'counts', label: t('calculate.counts') },
              { value: 'prompt', label: t('calculate.prompt') },
            ]}
          />
          {mode === 'prompt' ? (
            <Textarea
              label={t('calculate.promptLabel')}
              description={t('calculate.promptNote')}
              placeholder={t('calculate.promptHint')}
              autosize
              minRows={6}
              maxRows={16}
              value={prompt}
              onChange={(event) => setPrompt(event.currentTarget.value)}
              error={counted.error ? t('calculate.notCounted') : undefined}
            />
          ) : (
            field('input', t('class.input'))
          )}
          {mode === 'prompt' ? (
            <Text size="sm" c="dimmed" role="status" aria-live="polite">
              {counted.tokens === undefined
                ? t('calculate.counting')
                : t('calculate.counted', { tokens: formatCount(counted.tokens) })}
            </Text>
          ) : null}
          {field('output', t('calculate.output'))}
          <NumberInput
            label={t('calculate.requests')}
            value={requests}
            onChange={(value) => setRequests(typeof value === 'number' && value > 0 ? value : 1)}
            min={1}
            max={REQUESTS_MAX}
            clampBehavior="blur"
            allowDecimal={false}
            allowNegative={false}
            thousandSeparator=","
            hideControls
            inputMode="numeric"
          />
          <Accordion variant="contained" chevronPosition="left">
            <Accordion.Item value="more">
              <Accordion.Control>{t('calculate.more')}</Accordion.Control>
              <Accordion.Panel>
                <Stack gap="sm">
                  {field('cachedInput', t('class.cachedInput'))}
                  {more.tokens.map((of) => field(of, t(`class.${of}`)))}
                  {more.units.map((of) => field(of, t(`unit.${of}`)))}
                  <Text size="xs" c="dimmed">
                    {t('calculate.disjoint')}
                  </Text>
                </Stack>
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 7 }}>
        <CostComparison models={models} usage={usage} requests={requests} />
      </Grid.Col>
    </Grid>
  );
}

/** A count that was typed for a class which no model prices any more does not count. */
function only<Of extends TokenClass | UnitClass>(counts: Counts, classes: readonly Of[]): Partial<Record<Of, number>> {
  return Object.fromEntries(classes.map((of) => [of, counts[of] ?? 0])) as Partial<Record<Of, number>>;
}
