import { Button, Group, Paper, Progress, TagsInput, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Model } from '@code-router/contracts';
import { api } from '../../api/client';
import { askBefore } from '../../ui/confirm';
import { MILLIONTHS, parseMultiplier } from '../../ui/fields/exact-product';
import { GroupsSelect } from '../../ui/fields/group-select';
import { notifyDone, notifyError } from '../../ui/notify';
import { invalidate } from '../../ui/use-submit';
import { MODELS, type PricedModel } from './model-list';
import { multipliedTerms } from './multiplied-terms';

export interface BulkEditProps {
  readonly models: readonly PricedModel[];
  readonly onDone: () => void;
}

/** What can be done with several models at once. They are changed one after the other; a failure leaves the rest as they are. */
export function BulkEdit({ models, onDone }: BulkEditProps) {
  const { t } = useTranslation('admin-models');
  const [done, setDone] = useState<number | null>(null);
  const [groups, setGroups] = useState<string[]>([]);
  const [tags, setTags] = useState<string[]>([]);
  const [factorText, setFactorText] = useState('');
  const factor = parseMultiplier(factorText);
  const priced = models.filter(({ terms }) => terms !== undefined);
  const placeholders = models.filter(({ isPlaceholder, terms }) => isPlaceholder && terms !== undefined);
  const change = async (what: readonly PricedModel[], send: (model: PricedModel) => Promise<unknown>) => {
    let changed = 0;
    setDone(0);
    try {
      for (const model of what) {
        await send(model);
        changed += 1;
        setDone(changed);
      }
      notifyDone(t('bulk.done', { count: changed }));
      onDone();
    } catch (error) {
      notifyError(error);
    } finally {
      setDone(null);
      await invalidate([MODELS, '/api/price-list', '/api/prices']);
    }
  };
  const patch = (changes: (model: PricedModel) => Partial<Model>) =>
    change(models, (model) => api.patch(MODELS, { name: model.name, ...changes(model) }));
  const askToDisable = () =>
    askBefore({
      title: t('bulk.disableTitle', { count: models.length }),
      message: t('bulk.disableMessage'),
      confirm: t('bulk.disable'),
      cancel: t('cancel'),
      onConfirm: () => void patch(() => ({ enabled: false })),
    });
  const confirmPrices = () =>
    change(placeholders, ({ name, terms }) =>
      api.post('/api/prices', { model: name, terms, note: t('bulk.confirmNote') }),
    );
  const askToMultiply = (millionths: bigint) =>
    askBefore({
      title: t('bulk.multiplyTitle', { count: priced.length, factor: factorText.trim() }),
      message: t('bulk.multiplyMessage'),
      confirm: t('bulk.multiply'),
      cancel: t('cancel'),
      onConfirm: () =>
        void change(priced, ({ name, terms, isPlaceholder }) =>
          api.post('/api/prices', {
            model: name,
            terms: terms && multipliedTerms(terms, millionths),
            isPlaceholder,
            note: t('bulk.multiplyNote', { factor: factorText.trim() }),
          }),
        ),
    });
  return (
    <Paper withBorder p="sm" mb="md" component="section" aria-label={t('bulk.label')}>
      <Group gap="sm" align="flex-end">
        <Text fw={600} size="sm" mb={8}>
          {t('bulk.selected', { count: models.length })}
        </Text>
        <Button size="sm" variant="default" onClick={() => void patch(() => ({ enabled: true }))}>
          {t('bulk.enable')}
        </Button>
        <Button size="sm" variant="default" onClick={askToDisable}>
          {t('bulk.disable')}
        </Button>
        {placeholders.length === 0 ? null : (
          <Button size="sm" variant="default" onClick={() => void confirmPrices()}>
            {t('bulk.confirm', { count: placeholders.length })}
          </Button>
        )}
        <TextInput
          aria-label={t('bulk.factor')}
          placeholder={t('bulk.factor')}
          inputMode="decimal"
          autoComplete="off"
          value={factorText}
          onChange={(event) => setFactorText(event.currentTarget.value)}
          error={factorText !== '' && factor === null}
          w={140}
        />
        <Button
          size="sm"
          variant="default"
          disabled={factor === null || factor === 0n || factor === MILLIONTHS || priced.length === 0}
          onClick={() => factor !== null && askToMultiply(factor)}
        >
          {t('bulk.multiply')}
        </Button>
        <GroupsSelect
          aria-label={t('column.visible')}
          placeholder={groups.length === 0 ? t('allGroups') : undefined}
          value={groups}
          onChange={setGroups}
          w={200}
        />
        <Button
          size="sm"
          variant="default"
          onClick={() => void patch(() => ({ visibleTo: groups.length === 0 ? null : groups }))}
        >
          {t('bulk.setVisible')}
        </Button>
        <TagsInput aria-label={t('column.tags')} placeholder={t('bulk.tags')} value={tags} onChange={setTags} w={180} />
        <Button
          size="sm"
          variant="default"
          disabled={tags.length === 0}
          onClick={() => void patch((model) => ({ tags: [...new Set([...model.tags, ...tags])] }))}
        >
          {t('bulk.addTags')}
        </Button>
      </Group>
      {done === null ? null : (
        <Progress mt="sm" value={(done * 100) / models.length} aria-label={t('bulk.progress')} animated />
      )}
    </Paper>
  );
}
