import { describe, expect, it } from '@jest/globals';
import { readOidcSettings } from './oidc-settings.js';

const whole = {
  CODE_ROUTER_OIDC_ISSUER: 'https://id.example.com',
  CODE_ROUTER_OIDC_CLIENT_ID: 'code-router',
  CODE_ROUTER_OIDC_CLIENT_SECRET: 'a secret of the test',
  CODE_ROUTER_OIDC_REDIRECT_URL: 'https://router.example.com/api/auth/oidc/callback',
};

describe('the identity provider', () => {
  it('may be left out, and makes no users unless it is told to', () => {
    expect(readOidcSettings({})).toBeNull();
    expect(readOidcSettings(whole)).toMatchObject({ clientId: 'code-router', mayCreate: false });
    expect(readOidcSettings({ ...whole, CODE_ROUTER_OIDC_SIGN_UP: 'open' })).toMatchObject({ mayCreate: true });
  });

  it.each(Object.keys(whole))('is not read in part, without %s, and no secret is printed', (name) => {
    const read = () => readOidcSettings({ ...whole, [name]: '' });
    expect(read).toThrow(/together or not at all/);
    expect(read).not.toThrow(/a secret of the test/);
  });

  it('is talked to in the clear on this machine only', () => {
    const at = (issuer: string) => readOidcSettings({ ...whole, CODE_ROUTER_OIDC_ISSUER: issuer });
    expect(at('http://127.0.0.1:9000')?.issuer.host).toBe('127.0.0.1:9000');
    expect(() => at('http://id.example.com')).toThrow(/https/);
    expect(() => at('ftp://id.example.com')).toThrow(/https/);
  });
});
