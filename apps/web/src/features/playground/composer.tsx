import { Button, Group, Text, Textarea } from '@mantine/core';
import { IconPlayerStop, IconSend } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CatalogModel } from '@code-router/contracts';
import { costBoundNanos, costNanos, priceTermsFromText } from '@code-router/money';
import { useTokenCount } from '../../tokens/use-token-count';
import { Amount } from '../../ui/amount';
import { formatCount } from '../../ui/number-format';
import classes from './playground-page.module.css';
import type { Settings } from './settings';
import { conversation, type Chat } from './use-chat';

/** What chat formats add to each message beside its text. */
const TOKENS_PER_MESSAGE = 4;

interface ComposerProps {
  readonly chat: Chat;
  readonly model: CatalogModel;
  readonly settings: Settings;
  /** Where the completion is asked for. */
  readonly path: string;
}

/** Where a message is written; what it is going to cost stands below it before it is sent. */
export function Composer({ chat, model, settings, path }: ComposerProps) {
  const { t } = useTranslation('playground');
  const [draft, setDraft] = useState('');
  const { isAnswering } = chat;
  const outputTokensMax = Math.min(settings.outputTokensMax, model.maxOutputTokens);
  const canSend = draft.trim() !== '' && !isAnswering;
  const submit = () => {
    if (!canSend) return;
    setDraft('');
    void chat.ask({
      path,
      model: model.name,
      system: settings.system,
      question: draft,
      temperature: settings.temperature,
      max_completion_tokens: outputTokensMax,
    });
  };
  return (
    <form
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Textarea
        aria-label={t('message')}
        placeholder={t('messageHint')}
        autosize
        minRows={2}
        maxRows={12}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={(event) => {
          // While characters are being composed, as in Chinese, Enter chooses among them.
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      <Group justify="space-between" gap="sm" wrap="wrap">
        <CostBefore
          chat={chat}
          model={model}
          system={settings.system}
          draft={draft}
          outputTokensMax={outputTokensMax}
        />
        {isAnswering ? (
          <Button variant="default" leftSection={<IconPlayerStop size={16} />} onClick={chat.stop}>
            {t('stop')}
          </Button>
        ) : (
          <Button type="submit" leftSection={<IconSend size={16} />} disabled={!canSend}>
            {t('send')}
          </Button>
        )}
      </Group>
    </form>
  );
}

interface CostBeforeProps {
  readonly chat: Chat;
  readonly model: CatalogModel;
  readonly system: string;
  readonly draft: string;
  readonly outputTokensMax: number;
}

function CostBefore({ chat, model, system, draft, outputTokensMax }: CostBeforeProps) {
  const { t } = useTranslation('playground');
  const messages = conversation(system, chat.turns, draft);
  const { tokens, error } = useTokenCount(messages.map(({ content }) => content).join('\n'));
  const terms = useMemo(() => priceTermsFromText(model.terms), [model]);
  const multiplier = BigInt(model.multiplierMillionths);
  if (error) {
    return (
      <Text size="xs" c="dimmed">
        {t('cost.unknown')}
      </Text>
    );
  }
  if (tokens === undefined) {
    return (
      <Text size="xs" c="dimmed" role="status">
        {t('cost.counting')}
      </Text>
    );
  }
  const inputTokens = tokens + messages.length * TOKENS_PER_MESSAGE;
  const inputNanos = costNanos({ input: inputTokens }, terms, multiplier);
  const mostNanos = costBoundNanos({ inputTokens, outputTokens: outputTokensMax }, terms, multiplier);
  return (
    <Text size="xs" c="dimmed" role="status" data-testid="cost-before">
      {t('cost.input', { tokens: formatCount(inputTokens) })} <Amount nanos={inputNanos} />
      {' · '}
      {t('cost.most', { tokens: formatCount(outputTokensMax) })} <Amount nanos={mostNanos} />
    </Text>
  );
}
