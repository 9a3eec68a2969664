import { str } from 'envalid';
import { readSettings, SettingsError, urlWithScheme } from '@code-router/config';

const url = urlWithScheme(['http', 'https']);

const specs = {
  CODE_ROUTER_OIDC_ISSUER: url({ default: undefined, desc: 'the identity provider that people may sign in through' }),
  CODE_ROUTER_OIDC_CLIENT_ID: str({ default: undefined, desc: 'how the identity provider knows Code Router' }),
  CODE_ROUTER_OIDC_CLIENT_SECRET: str({ default: undefined, desc: 'the secret that goes with the client id' }),
  CODE_ROUTER_OIDC_REDIRECT_URL: url({
    default: undefined,
    desc: 'where the identity provider sends people back to: …/api/auth/oidc/callback at the public address',
  }),
  CODE_ROUTER_OIDC_SIGN_UP: str({
    choices: ['open', 'closed'] as const,
    default: 'closed' as const,
    desc: 'whether everybody whom the identity provider knows becomes a user',
  }),
} as const;

export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUrl: URL;
  readonly mayCreate: boolean;
}

/** The settings, or null when none of them is set. */
export const OIDC_SETTINGS = Symbol('OIDC_SETTINGS');

/**
 * @returns null when none of them is set.
 * @throws SettingsError when only some are, or when the provider would be talked to in the clear over a network.
 */
export function readOidcSettings(environment: NodeJS.ProcessEnv = process.env): OidcSettings | null {
  const settings = readSettings(specs, environment, 'gateway');
  const {
    CODE_ROUTER_OIDC_ISSUER: issuer,
    CODE_ROUTER_OIDC_CLIENT_ID: clientId,
    CODE_ROUTER_OIDC_CLIENT_SECRET: clientSecret,
    CODE_ROUTER_OIDC_REDIRECT_URL: redirectUrl,
  } = settings;
  if (!issuer && !clientId && !clientSecret && !redirectUrl) return null;
  if (!issuer || !clientId || !clientSecret || !redirectUrl) {
    throw new SettingsError(
      'CODE_ROUTER_OIDC_ISSUER, CODE_ROUTER_OIDC_CLIENT_ID, CODE_ROUTER_OIDC_CLIENT_SECRET and ' +
        'CODE_ROUTER_OIDC_REDIRECT_URL are set together or not at all',
    );
  }
  const issuerUrl = new URL(issuer);
  if (issuerUrl.protocol === 'http:' && !isLoopback(issuerUrl)) {
    throw new SettingsError('CODE_ROUTER_OIDC_ISSUER must begin with https://, unless it is on this machine');
  }
  return {
    issuer: issuerUrl,
    clientId,
    clientSecret,
    redirectUrl: new URL(redirectUrl),
    mayCreate: settings.CODE_ROUTER_OIDC_SIGN_UP === 'open',
  };
}

export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
}
