import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../ui/code-block';

const LANGUAGES = ['curl', 'Python', 'TypeScript'] as const;

/** How the model is called, at the address of this very site. */
export function CodeSamples({ model }: { readonly model: string }) {
  const { t } = useTranslation('pricing');
  const baseUrl = `${window.location.origin}/v1`;
  return (
    <Tabs defaultValue="curl" keepMounted={false}>
      <Tabs.List mb="sm">
        {LANGUAGES.map((language) => (
          <Tabs.Tab key={language} value={language}>
            {language}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {LANGUAGES.map((language) => (
        <Tabs.Panel key={language} value={language}>
          <CodeBlock label={t('samples.label', { language })} code={SAMPLES[language](baseUrl, model)} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

const SAMPLES: Readonly<Record<(typeof LANGUAGES)[number], (baseUrl: string, model: string) => string>> = {
  curl: (baseUrl, model) => `curl ${baseUrl}/chat/completions \\
  -H "Authorization: Bearer $CODE_ROUTER_KEY" \\
  -H "Content-Type: application/json" \\
  -d '${JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello!' }] })}'`,
  Python: (baseUrl, model) => `import os
from openai import OpenAI

client = OpenAI(base_url=${JSON.stringify(baseUrl)}, api_key=os.environ["CODE_ROUTER_KEY"])
answer = client.chat.completions.create(
    model=${JSON.stringify(model)},
    messages=[{"role": "user", "content": "Hello!"}],
)
print(answer.choices[0].message.content)`,
  TypeScript: (baseUrl, model) => `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${baseUrl}', apiKey: process.env.CODE_ROUTER_KEY });
const answer = await client.chat.completions.create({
  model: ${JSON.stringify(model)},
  messages: [{ role: 'user', content: 'Hello!' }],
});
console.log(answer.choices[0].message.content);`,
};
