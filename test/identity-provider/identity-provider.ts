import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface IdentityProvider {
  readonly issuer: string;
  /** What Code Router must be told to sign people in with it; who comes for the first time gets an account. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): void;
}

const CLIENT = { id: 'code-router', secret: 'secret-of-the-test' } as const;

/** An OpenID provider that believes whoever somebody says to be. An address is verified unless its name says otherwise. */
export async function startIdentityProvider(redirectUrl: string): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUrl] }],
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email', 'email_verified'] },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        preferred_username: id,
        email: `${id}@example.com`,
        email_verified: !id.startsWith('unverified'),
      }),
    }),
  });
  server.on('request', provider.callback());
  return {
    issuer,
    environment: {
      CODE_ROUTER_OIDC_ISSUER: issuer,
      CODE_ROUTER_OIDC_CLIENT_ID: CLIENT.id,
      CODE_ROUTER_OIDC_CLIENT_SECRET: CLIENT.secret,
      CODE_ROUTER_OIDC_REDIRECT_URL: redirectUrl,
      CODE_ROUTER_OIDC_SIGN_UP: 'open',
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
