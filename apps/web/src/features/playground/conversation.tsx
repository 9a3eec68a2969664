import { Loader, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../ui/amount';
import { CopyButton } from '../../ui/copy-button';
import { formatCount } from '../../ui/number-format';
import { ErrorState } from '../../ui/states';
import classes from './playground-page.module.css';
import type { Turn } from './use-chat';

export function Conversation({ turns }: { readonly turns: readonly Turn[] }) {
  const { t } = useTranslation('playground');
  const end = useRef<HTMLDivElement>(null);
  // Follows the answer as it grows.
  useEffect(() => {
    if (turns.length > 0) end.current?.scrollIntoView({ block: 'nearest' });
  }, [turns]);
  const total = turns.reduce((sum, { usage }) => sum + (usage?.costNanos ?? 0n), 0n);
  return (
    <div className={classes.turns}>
      {turns.map((turn) => (
        <article key={turn.id} className={classes.turn}>
          <div className={classes.question}>{turn.question}</div>
          <div className={classes.answer} aria-live="polite" aria-busy={turn.state === 'answering'}>
            {turn.answer === '' && turn.state === 'answering' ? (
              <Loader size="sm" type="dots" aria-label={t('waiting')} />
            ) : (
              turn.answer
            )}
          </div>
          {turn.state === 'failed' ? <ErrorState error={turn.error} /> : null}
          <TurnFoot turn={turn} />
        </article>
      ))}
      {turns.length > 1 ? (
        <Text size="xs" c="dimmed" ta="end">
          {t('cost.total')} <Amount nanos={total} exact />
        </Text>
      ) : null}
      <div ref={end} />
    </div>
  );
}

/** What the answer used and cost. */
function TurnFoot({ turn: { state, usage, answer, model, finishReason } }: { readonly turn: Turn }) {
  const { t } = useTranslation('playground');
  if (state === 'answering') return null;
  return (
    <div className={classes.foot}>
      <Text size="xs" c="dimmed" component="div" data-testid="cost-after">
        <code>{model}</code>
        {usage === undefined ? null : (
          <>
            {' · '}
            {t('cost.used', { input: formatCount(usage.inputTokens), output: formatCount(usage.outputTokens) })}
            {usage.costNanos === null ? null : (
              <>
                {' · '}
                <Amount nanos={usage.costNanos} exact strong />
              </>
            )}
          </>
        )}
        {state === 'stopped' ? ` · ${t('stopped')}` : null}
        {finishReason === 'length' ? ` · ${t('cut')}` : null}
      </Text>
      {answer === '' ? null : <CopyButton value={answer} />}
    </div>
  );
}
