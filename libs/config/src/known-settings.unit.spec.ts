import { describe, expect, it } from '@jest/globals';
import { bool, str } from 'envalid';
import { knownSettings, noteSettings } from './known-settings.js';

noteSettings(
  {
    TEST_NAME: str({ default: 'somebody', desc: 'who it is' }),
    TEST_URL: str({ default: undefined }),
    TEST_SECRET_KEY: str({ default: undefined }),
    TEST_FLAG: bool({ default: false }),
  },
  'gateway',
);
noteSettings({ TEST_NAME: str({ default: 'nobody' }) }, 'all');

const known = (environment: NodeJS.ProcessEnv) =>
  Object.fromEntries(
    knownSettings(environment)
      .filter(({ name }) => name.startsWith('TEST_'))
      .map((setting) => [setting.name, setting]),
  );

describe('the settings that are known', () => {
  it('say what they are, what they are when unset, and who reads them', () => {
    expect(known({})['TEST_NAME']).toEqual({
      name: 'TEST_NAME',
      value: null,
      isSet: false,
      isSecret: false,
      default: 'somebody',
      description: 'who it is',
      service: 'gateway',
    });
    expect(known({ TEST_FLAG: '' })['TEST_FLAG']).toMatchObject({ isSet: false, default: 'false' });
    expect(known({ TEST_NAME: 'me' })['TEST_NAME']).toMatchObject({ value: 'me', isSet: true });
  });

  it.each([
    ['CODE_ROUTER_ADMIN_PASSWORD', true],
    ['CODE_ROUTER_ENCRYPTION_KEY', true],
    ['CODE_ROUTER_METRICS_TOKEN', true],
    ['CODE_ROUTER_OIDC_CLIENT_SECRET', true],
    ['CODE_ROUTER_STRIPE_SECRET_KEY', true],
    ['CODE_ROUTER_STRIPE_WEBHOOK_SECRET', true],
    ['OPENAI_API_KEY', true],
    ['CODE_ROUTER_KEY_REFUSED_MS', false],
    ['CODE_ROUTER_OIDC_CLIENT_ID', false],
    ['CODE_ROUTER_QUOTA_UNITS_PER_CREDIT', false],
    ['CODE_ROUTER_STREAM_BYTES_MAX', false],
    ['CODE_ROUTER_WEBHOOKS_RETRY_SECONDS', false],
  ])('are secret by the last word of their names: %s, %j', (name, isSecret) => {
    noteSettings({ [name]: str({ default: undefined }) }, 'gateway');
    const setting = knownSettings({ [name]: 'given' }).find((candidate) => candidate.name === name);
    expect(setting).toMatchObject({ isSecret, isSet: true, value: isSecret ? null : 'given' });
  });

  it('tell no secret, and no password of an address', () => {
    expect(known({ TEST_SECRET_KEY: 'sk-1' })['TEST_SECRET_KEY']).toMatchObject({
      value: null,
      isSet: true,
      isSecret: true,
    });
    const addressOf = (url: string) => known({ TEST_URL: url })['TEST_URL']?.value;
    expect(addressOf('postgres://me:hidden@db.example.com:5432/x?password=hidden')).toBe(
      'postgres://db.example.com:5432/x',
    );
    expect(addressOf('nats://hidden-token@nats.example.com')).not.toContain('hidden');
    expect(addressOf('http://127.0.0.1:3000')).toBe('http://127.0.0.1:3000');
    expect(addressOf('not an address')).toBe('not an address');
  });
});
