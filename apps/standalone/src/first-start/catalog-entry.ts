import { DomainError, PricingMessages, type CreateModel } from '@code-router/contracts';
import type { ServiceClient } from '@code-router/messaging';
import type { PriceTermsText } from '@code-router/money';

export interface ModelWithPrice extends CreateModel {
  readonly terms: PriceTermsText;
}

/** Enters a model with its first price. One that is there already keeps its own, whoever entered it. */
export async function createModel(client: ServiceClient, { terms, ...model }: ModelWithPrice): Promise<void> {
  await unlessItExists(client.request(PricingMessages.createModel, model));
  const prices = await client.request(PricingMessages.listPriceVersions, { model: model.name, limit: 1 });
  if (prices.items.length > 0) return;
  await client.request(PricingMessages.createPriceVersion, {
    model: model.name,
    terms,
    author: 'first start',
    note: 'A placeholder: enter a price of your own',
    isPlaceholder: true,
  });
}

/** What an earlier start entered is not entered again. */
export async function unlessItExists(creating: Promise<unknown>): Promise<void> {
  try {
    await creating;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'conflict') throw error;
  }
}
