import { AdminApi } from './admin-api.js';
import { IDLE_MODEL, INPUT_RATE, MODEL, OUTPUT_RATE } from '../load/chat-request.js';

/** Enough for every run, and finite. */
export const GRANTED_NANOS = 10n ** 18n;

export interface BenchAccount {
  readonly accountId: string;
  /** The key as clients send it. */
  readonly apiKey: string;
}

/** Sets up what the requests need, as an operator would: a channel to the upstream, prices, an account, a key. */
export async function setUpBilling(
  gateway: { readonly baseUrl: string; readonly adminPassword: string },
  upstreamUrl: string,
): Promise<BenchAccount> {
  const admin = new AdminApi(gateway.baseUrl);
  await admin.logIn(gateway.adminPassword);
  const models = [MODEL, IDLE_MODEL];
  await admin.post('channels', {
    name: 'bench',
    provider: 'openai-compatible',
    baseUrl: `${upstreamUrl}/v1`,
    apiKey: 'sk-bench',
    models: models.map((name) => ({ name })),
  });
  for (const name of models) {
    await admin.post('models', { name, contextWindow: 128_000, maxOutputTokens: 4_096 });
    const rates = { input: INPUT_RATE.toString(), output: OUTPUT_RATE.toString() };
    await admin.post('prices', { model: name, terms: { rates, perCallNanos: '0', tiers: [] } });
  }
  const account = await admin.post('accounts', { name: 'bench' });
  await admin.post(`accounts/${account.id}/grants`, {
    amountNanos: GRANTED_NANOS.toString(),
    reference: 'bench',
    note: 'for the benchmark',
  });
  const key = await admin.post(`accounts/${account.id}/keys`, { name: 'bench', quotaNanos: GRANTED_NANOS.toString() });
  return { accountId: account.id, apiKey: key.secret };
}
