import { Button, Grid } from '@mantine/core';
import { IconKey, IconMessageChatbot, IconTagOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemberKey } from '@code-router/contracts';
import { catalogQuery } from '../../api/catalog';
import { usePages } from '../../api/pages';
import { useAccount, type CurrentAccount } from '../../api/session';
import { PageHeader } from '../../ui/page-header';
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';
import { Composer } from './composer';
import { Conversation } from './conversation';
import classes from './playground-page.module.css';
import { ChatSettings, SETTINGS_FIRST, type Settings } from './settings';
import { useChat } from './use-chat';

const KEYS_MAX = 200;
const CHAT_ENDPOINT = '/v1/chat/completions';

/** A conversation with a model, billed to one of the account's keys exactly as any other request of it. */
export function PlaygroundPage() {
  const { t } = useTranslation('playground');
  const account = useAccount();
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      {account === null ? (
        <EmptyState title={t('noAccount')} />
      ) : account.may('keys.manage', 'keys.manage-own') ? (
        // Another account is another conversation.
        <Playground key={account.accountId} account={account} />
      ) : (
        <EmptyState icon={IconKey} title={t('notAllowed.title')}>
          {t('notAllowed.advice')}
        </EmptyState>
      )}
    </>
  );
}

function Playground({ account }: { readonly account: CurrentAccount }) {
  const { t } = useTranslation('playground');
  const keys = usePages<MemberKey>(`${account.path}/keys`, {}, { limit: KEYS_MAX });
  const [settings, setSettings] = useState<Settings>(SETTINGS_FIRST);
  const usable = keys.items.filter(({ status }) => status === 'active');
  const key = usable.find(({ id }) => id === settings.keyId) ?? usable[0];
  const catalog = useQuery({
    ...catalogQuery({ accountId: account.accountId, group: key?.group ?? undefined }),
    enabled: key !== undefined,
  });
  const chat = useChat();

  const error = keys.error ?? catalog.error;
  if (error) {
    return (
      <ErrorState
        error={error}
        onRetry={() => {
          keys.reload();
          void catalog.refetch();
        }}
      />
    );
  }
  if (keys.isLoading || (key && !catalog.data)) return <LoadingRows rows={8} />;
  if (!key) {
    return (
      <EmptyState
        icon={IconKey}
        title={t('noKey.title')}
        action={<Button renderRoot={(props) => <Link to="/keys" {...props} />}>{t('noKey.create')}</Button>}
      >
        {t('noKey.advice')}
      </EmptyState>
    );
  }
  const models = (catalog.data?.models ?? []).filter(
    ({ name, endpoints }) =>
      endpoints.includes(CHAT_ENDPOINT) && (key.allowedModels === null || key.allowedModels.includes(name)),
  );
  const model = models.find(({ name }) => name === settings.model) ?? models[0];
  if (!model) {
    return (
      <EmptyState icon={IconTagOff} title={t('noModel.title')}>
        {t('noModel.advice')}
      </EmptyState>
    );
  }
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 8 }} order={{ base: 2, md: 1 }}>
        <div className={classes.chat}>
          {chat.turns.length === 0 ? (
            <EmptyState icon={IconMessageChatbot} title={t('empty.title')}>
              {t('empty.advice')}
            </EmptyState>
          ) : (
            <Conversation turns={chat.turns} />
          )}
          <Composer
            chat={chat}
            model={model}
            settings={settings}
            path={`${account.path}/keys/${key.id}/chat/completions`}
          />
        </div>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }} order={{ base: 1, md: 2 }}>
        <ChatSettings
          settings={settings}
          onChange={setSettings}
          keys={usable}
          chosenKey={key}
          models={models}
          chosenModel={model}
          onClear={chat.turns.length === 0 ? undefined : chat.clear}
        />
      </Grid.Col>
    </Grid>
  );
}
