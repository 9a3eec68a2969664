import type { Modality, PriceListModel } from '@code-router/contracts';
import { scaledDecimal, type PriceTermsText, type TokenClass, type UnitClass } from '@code-router/money';

/** What every price of the list says of itself. */
export const STARTER_NOTE =
  'Placeholder: a public list price in dollars as it was known when this version was published, one credit taken for ' +
  'one dollar. Compare it with the vendor and confirm it.';

type Credits<Name extends string> = Readonly<Partial<Record<Name, string>>>;

interface StarterModel {
  readonly name: string;
  readonly displayName: string;
  readonly aliases?: readonly string[];
  readonly reads?: readonly Modality[];
  readonly writes?: readonly Modality[];
  readonly tags?: readonly string[];
  readonly endpoint?: string;
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  /** Dollars for a million tokens of each class. */
  readonly rates?: Credits<TokenClass>;
  readonly units?: Credits<UnitClass>;
  readonly tiers?: readonly { readonly aboveInputTokens: number; readonly rates: Credits<TokenClass> }[];
}

const SEES: readonly Modality[] = ['text', 'image'];
const OPENAI_TOOLS: Credits<UnitClass> = {
  webSearchCall: '0.01',
  fileSearchCall: '0.0025',
  codeInterpreterCall: '0.03',
};
const ANTHROPIC_TOOLS: Credits<UnitClass> = { webSearchCall: '0.01' };

/** A reading cache costs a tenth of the input at Anthropic, writing it 1.25 times for 5 minutes and twice for an hour. */
const MODELS: Readonly<Record<string, readonly StarterModel[]>> = {
  OpenAI: [
    {
      name: 'gpt-5',
      displayName: 'GPT-5',
      aliases: ['gpt-5-2025-08-07'],
      reads: SEES,
      tags: ['reasoning', 'code'],
      contextWindow: 400_000,
      maxOutputTokens: 128_000,
      rates: { input: '1.25', cachedInput: '0.125', output: '10' },
      units: OPENAI_TOOLS,
    },
    {
      name: 'gpt-5-mini',
      displayName: 'GPT-5 mini',
      aliases: ['gpt-5-mini-2025-08-07'],
      reads: SEES,
      tags: ['reasoning', 'fast'],
      contextWindow: 400_000,
      maxOutputTokens: 128_000,
      rates: { input: '0.25', cachedInput: '0.025', output: '2' },
      units: OPENAI_TOOLS,
    },
    {
      name: 'gpt-5-nano',
      displayName: 'GPT-5 nano',
      aliases: ['gpt-5-nano-2025-08-07'],
      reads: SEES,
      tags: ['reasoning', 'fast'],
      contextWindow: 400_000,
      maxOutputTokens: 128_000,
      rates: { input: '0.05', cachedInput: '0.005', output: '0.4' },
      units: OPENAI_TOOLS,
    },
    {
      name: 'gpt-4.1',
      displayName: 'GPT-4.1',
      aliases: ['gpt-4.1-2025-04-14'],
      reads: SEES,
      tags: ['long-context', 'code'],
      contextWindow: 1_047_576,
      maxOutputTokens: 32_768,
      rates: { input: '2', cachedInput: '0.5', output: '8' },
      units: OPENAI_TOOLS,
    },
    {
      name: 'gpt-4.1-mini',
      displayName: 'GPT-4.1 mini',
      aliases: ['gpt-4.1-mini-2025-04-14'],
      reads: SEES,
      tags: ['long-context', 'fast'],
      contextWindow: 1_047_576,
      maxOutputTokens: 32_768,
      rates: { input: '0.4', cachedInput: '0.1', output: '1.6' },
      units: OPENAI_TOOLS,
    },
    {
      name: 'gpt-4.1-nano',
      displayName: 'GPT-4.1 nano',
      aliases: ['gpt-4.1-nano-2025-04-14'],
      reads: SEES,
      tags: ['long-context', 'fast'],
      contextWindow: 1_047_576,
      maxOutputTokens: 32_768,
      rates: { input: '0.1', cachedInput: '0.025', output: '0.4' },
    },
    {
      name: 'gpt-4o',
      displayName: 'GPT-4o',
      aliases: ['gpt-4o-2024-08-06', 'gpt-4o-2024-11-20'],
      reads: SEES,
      contextWindow: 128_000,
      maxOutputTokens: 16_384,
      rates: { input: '2.5', cachedInput: '1.25', output: '10' },
      units: OPENAI_TOOLS,
    },
    {
      name: 'gpt-4o-mini',
      displayName: 'GPT-4o mini',
      aliases: ['gpt-4o-mini-2024-07-18'],
      reads: SEES,
      tags: ['fast'],
      contextWindow: 128_000,
      maxOutputTokens: 16_384,
      rates: { input: '0.15', cachedInput: '0.075', output: '0.6' },
      units: OPENAI_TOOLS,
    },
    {
      name: 'o3',
      displayName: 'o3',
      aliases: ['o3-2025-04-16'],
      reads: SEES,
      tags: ['reasoning'],
      contextWindow: 200_000,
      maxOutputTokens: 100_000,
      rates: { input: '2', cachedInput: '0.5', output: '8' },
      units: OPENAI_TOOLS,
    },
    {
      name: 'o4-mini',
      displayName: 'o4-mini',
      aliases: ['o4-mini-2025-04-16'],
      reads: SEES,
      tags: ['reasoning', 'fast'],
      contextWindow: 200_000,
      maxOutputTokens: 100_000,
      rates: { input: '1.1', cachedInput: '0.275', output: '4.4' },
      units: OPENAI_TOOLS,
    },
    {
      name: 'text-embedding-3-small',
      displayName: 'Text Embedding 3 small',
      writes: ['embedding'],
      endpoint: '/v1/embeddings',
      contextWindow: 8_192,
      maxOutputTokens: 1,
      rates: { input: '0.02', output: '0' },
    },
    {
      name: 'text-embedding-3-large',
      displayName: 'Text Embedding 3 large',
      writes: ['embedding'],
      endpoint: '/v1/embeddings',
      contextWindow: 8_192,
      maxOutputTokens: 1,
      rates: { input: '0.13', output: '0' },
    },
    {
      name: 'dall-e-3',
      displayName: 'DALL·E 3 (standard, 1024 × 1024)',
      writes: ['image'],
      endpoint: '/v1/images/generations',
      contextWindow: 4_096,
      maxOutputTokens: 1,
      units: { image: '0.04' },
    },
    {
      name: 'whisper-1',
      displayName: 'Whisper',
      reads: ['audio'],
      endpoint: '/v1/audio/transcriptions',
      contextWindow: 4_096,
      maxOutputTokens: 4_096,
      units: { transcriptionSecond: '0.0001' },
    },
  ],
  Anthropic: [
    {
      name: 'claude-opus-4-1',
      displayName: 'Claude Opus 4.1',
      aliases: ['claude-opus-4-1-20250805'],
      reads: ['text', 'image', 'file'],
      tags: ['reasoning', 'code'],
      contextWindow: 200_000,
      maxOutputTokens: 32_000,
      rates: { input: '15', cachedInput: '1.5', cacheWrite5m: '18.75', cacheWrite1h: '30', output: '75' },
      units: ANTHROPIC_TOOLS,
    },
    {
      name: 'claude-sonnet-4-5',
      displayName: 'Claude Sonnet 4.5',
      aliases: ['claude-sonnet-4-5-20250929'],
      reads: ['text', 'image', 'file'],
      tags: ['reasoning', 'code'],
      contextWindow: 1_000_000,
      maxOutputTokens: 64_000,
      rates: { input: '3', cachedInput: '0.3', cacheWrite5m: '3.75', cacheWrite1h: '6', output: '15' },
      tiers: [
        {
          aboveInputTokens: 200_000,
          rates: { input: '6', cachedInput: '0.6', cacheWrite5m: '7.5', cacheWrite1h: '12', output: '22.5' },
        },
      ],
      units: ANTHROPIC_TOOLS,
    },
    {
      name: 'claude-haiku-4-5',
      displayName: 'Claude Haiku 4.5',
      aliases: ['claude-haiku-4-5-20251001'],
      reads: ['text', 'image', 'file'],
      tags: ['fast', 'code'],
      contextWindow: 200_000,
      maxOutputTokens: 64_000,
      rates: { input: '1', cachedInput: '0.1', cacheWrite5m: '1.25', cacheWrite1h: '2', output: '5' },
      units: ANTHROPIC_TOOLS,
    },
    {
      name: 'claude-3-5-haiku-latest',
      displayName: 'Claude Haiku 3.5',
      aliases: ['claude-3-5-haiku-20241022'],
      reads: SEES,
      tags: ['fast'],
      contextWindow: 200_000,
      maxOutputTokens: 8_192,
      rates: { input: '0.8', cachedInput: '0.08', cacheWrite5m: '1', cacheWrite1h: '1.6', output: '4' },
      units: ANTHROPIC_TOOLS,
    },
  ],
  Google: [
    {
      name: 'gemini-2.5-pro',
      displayName: 'Gemini 2.5 Pro',
      reads: ['text', 'image', 'audio', 'video', 'file'],
      tags: ['reasoning', 'long-context'],
      contextWindow: 1_048_576,
      maxOutputTokens: 65_536,
      rates: { input: '1.25', cachedInput: '0.125', output: '10' },
      tiers: [{ aboveInputTokens: 200_000, rates: { input: '2.5', cachedInput: '0.25', output: '15' } }],
    },
    {
      name: 'gemini-2.5-flash',
      displayName: 'Gemini 2.5 Flash',
      reads: ['text', 'image', 'audio', 'video', 'file'],
      tags: ['fast', 'long-context'],
      contextWindow: 1_048_576,
      maxOutputTokens: 65_536,
      rates: { input: '0.3', cachedInput: '0.03', inputAudio: '1', output: '2.5' },
    },
    {
      name: 'gemini-2.5-flash-lite',
      displayName: 'Gemini 2.5 Flash-Lite',
      reads: ['text', 'image', 'audio', 'video', 'file'],
      tags: ['fast', 'long-context'],
      contextWindow: 1_048_576,
      maxOutputTokens: 65_536,
      rates: { input: '0.1', cachedInput: '0.01', inputAudio: '0.3', output: '0.4' },
    },
    {
      name: 'gemini-2.0-flash',
      displayName: 'Gemini 2.0 Flash',
      reads: ['text', 'image', 'audio', 'video', 'file'],
      tags: ['fast', 'long-context'],
      contextWindow: 1_048_576,
      maxOutputTokens: 8_192,
      rates: { input: '0.1', cachedInput: '0.025', inputAudio: '0.7', output: '0.4' },
    },
  ],
  DeepSeek: [
    {
      name: 'deepseek-chat',
      displayName: 'DeepSeek Chat',
      tags: ['code'],
      contextWindow: 128_000,
      maxOutputTokens: 8_192,
      rates: { input: '0.28', cachedInput: '0.028', output: '0.42' },
    },
    {
      name: 'deepseek-reasoner',
      displayName: 'DeepSeek Reasoner',
      tags: ['reasoning', 'code'],
      contextWindow: 128_000,
      maxOutputTokens: 65_536,
      rates: { input: '0.28', cachedInput: '0.028', output: '0.42' },
    },
  ],
  Mistral: [
    {
      name: 'mistral-large-latest',
      displayName: 'Mistral Large',
      contextWindow: 128_000,
      maxOutputTokens: 128_000,
      rates: { input: '2', output: '6' },
    },
    {
      name: 'mistral-medium-latest',
      displayName: 'Mistral Medium',
      reads: SEES,
      contextWindow: 128_000,
      maxOutputTokens: 128_000,
      rates: { input: '0.4', output: '2' },
    },
    {
      name: 'mistral-small-latest',
      displayName: 'Mistral Small',
      reads: SEES,
      tags: ['fast'],
      contextWindow: 128_000,
      maxOutputTokens: 128_000,
      rates: { input: '0.1', output: '0.3' },
    },
    {
      name: 'codestral-latest',
      displayName: 'Codestral',
      tags: ['code', 'fast'],
      contextWindow: 256_000,
      maxOutputTokens: 256_000,
      rates: { input: '0.3', output: '0.9' },
    },
  ],
  Meta: [
    {
      name: 'llama-3.3-70b-instruct',
      displayName: 'Llama 3.3 70B Instruct',
      tags: ['open-weights'],
      contextWindow: 131_072,
      maxOutputTokens: 32_768,
      rates: { input: '0.59', output: '0.79' },
    },
    {
      name: 'llama-4-maverick-instruct',
      displayName: 'Llama 4 Maverick Instruct',
      reads: SEES,
      tags: ['open-weights', 'long-context'],
      contextWindow: 1_048_576,
      maxOutputTokens: 16_384,
      rates: { input: '0.27', output: '0.85' },
    },
  ],
  xAI: [
    {
      name: 'grok-4',
      displayName: 'Grok 4',
      aliases: ['grok-4-0709'],
      reads: SEES,
      tags: ['reasoning'],
      contextWindow: 256_000,
      maxOutputTokens: 256_000,
      rates: { input: '3', cachedInput: '0.75', output: '15' },
      tiers: [{ aboveInputTokens: 128_000, rates: { input: '6', cachedInput: '0.75', output: '30' } }],
    },
    {
      name: 'grok-code-fast-1',
      displayName: 'Grok Code Fast 1',
      tags: ['code', 'fast'],
      contextWindow: 256_000,
      maxOutputTokens: 256_000,
      rates: { input: '0.2', cachedInput: '0.02', output: '1.5' },
    },
  ],
  Qwen: [
    {
      name: 'qwen-max',
      displayName: 'Qwen Max',
      contextWindow: 32_768,
      maxOutputTokens: 8_192,
      rates: { input: '1.6', output: '6.4' },
    },
    {
      name: 'qwen-plus',
      displayName: 'Qwen Plus',
      contextWindow: 131_072,
      maxOutputTokens: 16_384,
      rates: { input: '0.4', output: '1.2' },
    },
  ],
  Cohere: [
    {
      name: 'command-a-03-2025',
      displayName: 'Command A',
      contextWindow: 256_000,
      maxOutputTokens: 8_192,
      rates: { input: '2.5', output: '10' },
    },
    {
      name: 'command-r-08-2024',
      displayName: 'Command R',
      contextWindow: 128_000,
      maxOutputTokens: 4_096,
      rates: { input: '0.15', output: '0.6' },
    },
  ],
  'Moonshot AI': [
    {
      name: 'kimi-k2-0905-preview',
      displayName: 'Kimi K2',
      tags: ['open-weights', 'code'],
      contextWindow: 262_144,
      maxOutputTokens: 262_144,
      rates: { input: '0.6', cachedInput: '0.15', output: '2.5' },
    },
  ],
};

/** Well-known models across vendors, with their public list prices as placeholders. */
export const STARTER_CATALOG: readonly PriceListModel[] = Object.entries(MODELS).flatMap(([vendor, models]) =>
  models.map((model) => listed(vendor, model)),
);

function listed(vendor: string, model: StarterModel): PriceListModel {
  const { name, displayName, aliases = [], tags = [], reads = ['text'], writes = ['text'] } = model;
  return {
    name,
    displayName,
    vendor,
    tags,
    aliases,
    inputModalities: reads,
    outputModalities: writes,
    endpoints: [model.endpoint ?? '/v1/chat/completions'],
    contextWindow: model.contextWindow,
    maxOutputTokens: model.maxOutputTokens,
    terms: termsOf(model),
    isPlaceholder: true,
  };
}

function termsOf({ rates = {}, units, tiers = [] }: StarterModel): PriceTermsText {
  return {
    rates: nanosOf(rates),
    perCallNanos: '0',
    tiers: tiers.map((tier) => ({ aboveInputTokens: tier.aboveInputTokens, rates: nanosOf(tier.rates) })),
    ...(units && { units: nanosOf(units) }),
  };
}

function nanosOf<Name extends string>(credits: Credits<Name>): Credits<Name> {
  const named = Object.entries<string | undefined>(credits);
  return Object.fromEntries(
    named.map(([name, amount = '0']) => [name, scaledDecimal(amount, 9).value.toString()]),
  ) as Credits<Name>;
}
