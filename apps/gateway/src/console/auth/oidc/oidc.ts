import { Inject, Injectable } from '@nestjs/common';
import * as client from 'openid-client';
import { DomainError } from '@code-router/contracts';
import { SecretBox } from '@code-router/secret-box';
import { isLoopback, OIDC_SETTINGS, type OidcSettings } from './oidc-settings.js';

/** A login that is under way: kept by the browser, sealed, so that any replica can go on with it. */
export interface LoginUnderWay {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** A path of this site to go to afterwards; absent: the answer is JSON. */
  readonly returnTo?: string;
  /** Whether the session becomes a cookie of the browser's. */
  readonly cookie?: boolean;
  /** The user who links an identity; absent: somebody signs in. */
  readonly linkUserId?: string;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Whom the provider has identified. */
export interface IdentifiedPerson {
  readonly issuer: string;
  readonly subject: string;
  readonly usernameHint?: string;
  /** Only when the provider says that it is verified. */
  readonly email?: string;
}

export const LOGIN_MS = 10 * 60_000;
const SEALED_FOR = 'oidc-login';
const REQUEST_TIMEOUT_S = 10;

/**
 * Signs people in through an OpenID provider: authorization code flow with PKCE, state and nonce.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 */
@Injectable()
export class Oidc {
  private discovered: Promise<client.Configuration> | undefined;

  constructor(
    private readonly box: SecretBox,
    @Inject(OIDC_SETTINGS) private readonly settings: OidcSettings | null,
  ) {}

  get isConfigured(): boolean {
    return this.settings !== null;
  }

  /** Whether everybody whom the provider knows becomes a user. */
  get mayCreate(): boolean {
    return this.settings?.mayCreate === true;
  }

  /** Whether this site is reached by https, so that cookies need never travel in the clear. */
  get isSecure(): boolean {
    return this.settings?.redirectUrl.protocol === 'https:';
  }

  /** @throws DomainError `not_found` unless configured; `service_unavailable` when the provider does not answer. */
  async begin(
    wish: Pick<LoginUnderWay, 'returnTo' | 'cookie' | 'linkUserId'>,
  ): Promise<{ readonly url: string; readonly sealed: string }> {
    const settings = this.configured();
    const configuration = await this.configuration(settings);
    const verifier = client.randomPKCECodeVerifier();
    const underWay: LoginUnderWay = {
      ...wish,
      verifier,
      state: client.randomState(),
      nonce: client.randomNonce(),
      expiresAt: Date.now() + LOGIN_MS,
    };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: settings.redirectUrl.href,
      scope: 'openid profile email',
      response_type: 'code',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: underWay.state,
      nonce: underWay.nonce,
    });
    const sealed = this.box.seal(JSON.stringify(underWay), SEALED_FOR).toString('base64url');
    return { url: url.href, sealed };
  }

  /**
   * The login that this browser began.
   *
   * @throws DomainError `unauthorized` when it began none, or too long ago.
   */
  underWay(sealed: string | undefined): LoginUnderWay {
    this.configured();
    return this.unsealed(sealed);
  }

  /**
   * Ends a login.
   *
   * @param query what the provider sent along.
   * @throws DomainError `unauthorized` when the provider says otherwise; `service_unavailable`.
   */
  async finish(underWay: LoginUnderWay, query: string): Promise<IdentifiedPerson> {
    const settings = this.configured();
    const configuration = await this.configuration(settings);
    const currentUrl = new URL(settings.redirectUrl);
    currentUrl.search = query;
    try {
      const tokens = await client.authorizationCodeGrant(configuration, currentUrl, {
        pkceCodeVerifier: underWay.verifier,
        expectedState: underWay.state,
        expectedNonce: underWay.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('the provider sent no ID token');
      const more = configuration.serverMetadata().userinfo_endpoint
        ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)
        : {};
      return personOf({ ...more, ...claims });
    } catch (error) {
      const refused = 'The identity provider did not confirm who you are. Please sign in again.';
      throw new DomainError('unauthorized', refused, {}, { cause: error });
    }
  }

  private configured(): OidcSettings {
    if (this.settings) return this.settings;
    throw new DomainError('not_found', 'Signing in through an identity provider is not configured here.');
  }

  private unsealed(sealed: string | undefined): LoginUnderWay {
    try {
      const opened = this.box.open(Buffer.from(sealed ?? '', 'base64url'), SEALED_FOR);
      const underWay = JSON.parse(opened) as LoginUnderWay;
      if (underWay.expiresAt > Date.now()) return underWay;
    } catch {
      // Not made here, or damaged: the same as none.
    }
    throw new DomainError('unauthorized', 'This browser has begun no login, or too long ago. Please sign in again.');
  }

  /** Asked for once it works, and again as long as it does not. */
  private configuration(settings: OidcSettings): Promise<client.Configuration> {
    this.discovered ??= discover(settings).catch((error: unknown) => {
      this.discovered = undefined;
      const message = 'The identity provider does not answer. Please try again later.';
      throw new DomainError('service_unavailable', message, {}, { cause: error });
    });
    return this.discovered;
  }
}

function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<client.Configuration> {
  return client.discovery(issuer, clientId, clientSecret, undefined, {
    timeout: REQUEST_TIMEOUT_S,
    // Signatures of ID tokens are checked although they come over TLS: some proxies end it too early.
    execute: [
      client.enableNonRepudiationChecks,
      ...(issuer.protocol === 'http:' && isLoopback(issuer) ? [client.allowInsecureRequests] : []),
    ],
  });
}

function personOf(claims: Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string }) {
  const { iss, sub, preferred_username: name, email, email_verified: isVerified } = claims;
  const hint = [name, email].find((value) => typeof value === 'string');
  return {
    issuer: iss,
    subject: sub,
    ...(typeof hint === 'string' ? { usernameHint: hint.slice(0, 200) } : {}),
    ...(typeof email === 'string' && isVerified === true ? { email } : {}),
  };
}
