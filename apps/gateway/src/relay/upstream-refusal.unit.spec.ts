import { describe, expect, it } from '@jest/globals';
import type { UpstreamAnswer } from '../providers/provider.js';
import { channelSample, keySample } from '../routing/testing/channel-samples.js';
import { faultOf, isFaultOfChannel } from './proxy.js';
import { upstreamRefusal, type UpstreamRefusal } from './upstream-refusal.js';

const KEY = keySample('1');
const channel = channelSample('a', { keys: [KEY] });

function refusalOf(status: number, body: unknown, headers: { retryAfter?: string } = {}): UpstreamRefusal {
  const answer = { status, ...headers } as UpstreamAnswer;
  return upstreamRefusal(answer, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), channel);
}

const openAi = (message: string, code: string | null, type = code ?? 'invalid_request_error') => ({
  error: { message, type, param: null, code },
});
const google = (message: string, reason: string) => [
  {
    error: {
      code: 400,
      message,
      status: 'INVALID_ARGUMENT',
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' }],
    },
  },
];

describe('a provider’s refusal', () => {
  it.each<[string, number, unknown, number]>([
    ['OpenAI: no money', 429, openAi('You exceeded your current quota.', 'insufficient_quota'), 402],
    ['OpenAI: not active', 429, openAi('Your account is not active.', 'billing_not_active'), 402],
    ['Moonshot: no money', 429, openAi('Your account is suspended.', null, 'exceeded_current_quota_error'), 402],
    ['Google: key unknown', 400, google('API key not valid. Please pass a valid API key.', 'API_KEY_INVALID'), 401],
    ['Google: key expired', 400, google('API key expired. Please renew the API key.', 'API_KEY_INVALID'), 401],
    [
      'xAI: key unknown',
      400,
      { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: x' },
      401,
    ],
    ['key unknown', 401, openAi('Incorrect API key provided.', 'invalid_api_key'), 401],
    ['no money', 402, 'Payment required', 402],
    ['forbidden', 403, {}, 403],
  ])('is the key’s fault and another one’s chance: %s', (_what, status, body, keyStatus) => {
    const refusal = refusalOf(status, body);
    expect(refusal).toMatchObject({ code: 'upstream_error', status: 502, keyStatus, isRetryable: true });
    expect(refusal.message).toBe('The provider refused this server. Its operator can see why in the log.');
    expect(refusal.details).toEqual({ upstreamStatus: status });
    expect(faultOf(refusal)).toEqual({ code: 'upstream_error', httpStatus: keyStatus });
  });

  it.each<[string, number, unknown, string]>([
    ['a limit', 429, openAi('Rate limit reached', 'rate_limit_exceeded', 'requests'), 'rate_limit_exceeded'],
    ['a wrong field', 400, openAi('temperature is too high', null), 'invalid_request_error'],
    [
      'words of the client’s that name a key',
      400,
      openAi("Invalid 'tools[0].name': 'API key not valid'", null),
      'invalid_request_error',
    ],
    ['a code of another kind', 400, openAi('Too long', 'context_length_exceeded'), 'invalid_request_error'],
  ])('leaves the key alone for %s', (_what, status, body, code) => {
    const refusal = refusalOf(status, body);
    expect(refusal).toMatchObject({ code, status, keyStatus: undefined });
    expect(faultOf(refusal).httpStatus).toBe(status);
    expect(isFaultOfChannel(refusal)).toBe(status === 429);
  });

  it.each<[string, number, unknown, string]>([
    ['a failure', 500, openAi(`No access with ${KEY.secret}`, null), 'The provider failed: No access with …'],
    ['a bad request', 400, openAi(`Not for ${KEY.secret}`, null), 'Not for …'],
    ['a model', 404, openAi('No such model for org-abcdefghijklmnopqrstuvwx', null), 'No such model for …'],
    ['a project', 400, openAi('Not in proj_abcdefghijklmnopqrst', null), 'Not in …'],
    [
      'a limit',
      429,
      openAi('Rate limit reached in organization org-abcdefghijklmnopqrstuvwx', null),
      'The provider is receiving too many requests now. Please retry later.',
    ],
    ['vLLM’s plain form', 400, { object: 'error', message: 'too long', code: 400 }, 'too long'],
    ['no JSON', 503, '<html>', 'The provider failed: it did not say why.'],
  ])('tells the client nothing of key and account: %s', (_what, status, body, message) => {
    const refusal = refusalOf(status, body);
    expect(refusal.message).toBe(message);
    // The operator reads the provider's words in the log, without the key.
    expect(String(refusal.cause)).not.toContain(KEY.secret);
  });

  it('says when to retry', () => {
    expect(refusalOf(429, {}, { retryAfter: '17' }).details).toMatchObject({ retryAfterMs: 17_000 });
    expect(refusalOf(429, {}).details).toMatchObject({ retryAfterMs: 1_000 });
  });
});
