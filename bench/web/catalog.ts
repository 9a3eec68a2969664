import type { AdminApi } from '../targets/admin-api.js';

/** What is typed into the search box, letter by letter: common words, rare ones, and several at once. */
export const TYPED = ['turbo', 'vendor-07 mini', '128k vision', 'model-0420', 'nothing like this'] as const;

const MODELS = 1_000;
const SIZES = ['mini', 'turbo', 'large', 'ultra', 'flash'];
const SKILLS = ['vision', 'reasoning', 'code', 'audio', 'chat', 'search'];
const CONTEXTS = ['32k', '128k', '200k', '1m'];

interface ListedModel {
  readonly name: string;
  readonly displayName: string;
  readonly vendor: string;
  readonly description: string;
  readonly tags: readonly string[];
}

/** A catalogue like those of large gateways: a thousand models of twenty vendors. */
export const CATALOG: readonly ListedModel[] = Array.from({ length: MODELS }, (_, index) => {
  const number = String(index).padStart(4, '0');
  const vendor = `vendor-${String(index % 20).padStart(2, '0')}`;
  const [size, skill, context] = [at(SIZES, index), at(SKILLS, index * 7), at(CONTEXTS, index * 3)];
  return {
    name: `${vendor}/model-${number}-${size}`,
    displayName: `Model ${number} ${size}`,
    vendor,
    description: `A ${size} model for ${skill}, with a context of ${context} tokens.`,
    tags: [size, skill, context],
  };
});

/** Enters the catalogue, beside the models that a first start brings. */
export async function enterCatalog(admin: AdminApi): Promise<void> {
  const models = CATALOG.map((model, index) => ({
    ...model,
    contextWindow: 128_000,
    maxOutputTokens: 16_000,
    terms: {
      rates: {
        input: String(100_000_000 + index * 1_000_000),
        ...(index % 2 === 0 ? { cachedInput: '50000000' } : {}),
        output: String(400_000_000 + index * 4_000_000),
      },
      perCallNanos: index % 10 === 0 ? '1000000' : '0',
      tiers: index % 5 === 0 ? [{ aboveInputTokens: 100_000, rates: { input: '900000000' } }] : [],
    },
  }));
  const content = JSON.stringify({ models });
  await admin.post('price-list/import', { format: 'code-router-json', content, dryRun: false, confirmed: true });
}

function at<Item>(items: readonly Item[], place: number): Item {
  return items[place % items.length] as Item;
}
