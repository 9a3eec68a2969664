import { randomUUID } from 'node:crypto';
import { usageEvent, type UsageData, type UsageEvent } from '@code-router/contracts';
import { costNanos, priceTermsFromText, type PriceTermsText } from '@code-router/money';

const TERMS: PriceTermsText = {
  rates: { input: '2500000000', cachedInput: '1250000000', output: '10000000000' },
  perCallNanos: '0',
  tiers: [{ aboveInputTokens: 200_000, rates: { input: '5000000000', output: '15000000000' } }],
};

/** What a chat completion that went well used, priced with its own terms. */
export function usageData(changes: Partial<UsageData> = {}): UsageData {
  const tokens = changes.tokens ?? { input: 1_000, cachedInput: 24, output: 500 };
  const completedAt = changes.completedAt ?? '2026-03-01T10:20:30.456Z';
  return {
    outcome: 'settled',
    reservationId: randomUUID(),
    requestId: `req-${randomUUID()}`,
    accountId: 'account-1',
    keyId: 'key-1',
    keyName: 'laptop',
    endpoint: '/v1/chat/completions',
    stream: true,
    modelAsked: 'gpt-4o',
    modelServed: 'gpt-4o-2024-11-20',
    channelId: 'channel-1',
    channelName: 'OpenAI',
    upstreamRequestId: 'up-1',
    attempts: 1,
    tokens,
    reasoningTokens: 120,
    estimated: false,
    priceVersionId: '42',
    terms: TERMS,
    multiplierMillionths: '800000',
    multiplierSource: 'key-group',
    amountNanos: costNanos(tokens, priceTermsFromText(TERMS), 800_000n).toString(),
    finishReason: 'stop',
    httpStatus: 200,
    clientDisconnected: false,
    startedAt: new Date(Date.parse(completedAt) - 1_234).toISOString(),
    completedAt,
    latencyMs: 1_234,
    firstByteMs: 210,
    clientIp: '203.0.113.7',
    userAgent: 'OpenAI/JS 7.57.0',
    ...changes,
  };
}

/** A request that no channel answered: only what is always known. */
export function failedUsageData(changes: Partial<UsageData> = {}): UsageData {
  const {
    modelServed: _modelServed,
    channelId: _channelId,
    channelName: _channelName,
    upstreamRequestId: _upstreamRequestId,
    finishReason: _finishReason,
    firstByteMs: _firstByteMs,
    clientIp: _clientIp,
    userAgent: _userAgent,
    ...always
  } = usageData({ tokens: {} });
  return {
    ...always,
    outcome: 'released',
    reasoningTokens: 0,
    amountNanos: '0',
    httpStatus: 502,
    errorCode: 'upstream_error',
    ...changes,
  };
}

export function eventOf(data: UsageData): UsageEvent {
  return usageEvent(data, 'urn:code-router:gateway:test');
}
