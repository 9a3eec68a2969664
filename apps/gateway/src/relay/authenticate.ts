import { Injectable } from '@nestjs/common';
import { hashApiKey, isWellFormedApiKey } from '@code-router/api-key';
import { DomainError, QuotaMessages, type Principal, type PrincipalChange } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { NearCache, type Loaded } from './near-cache.js';

/** The request's headers, as Node gives them: names in lower case. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A known key, or the knowledge that there is none. */
type Lookup = { readonly principal: Principal } | { readonly principal: null };

const PRINCIPALS_MAX = 100_000;
const TTL_MS = 60_000;
const UNKNOWN_MAX = 1_000;
/** A key unknown a moment ago may have been created since. */
const UNKNOWN_TTL_MS = 1_000;
const NOT_KEPT = 0;

/** Step 1: whose request is this? */
@Injectable()
export class Authenticate {
  private readonly principals = new NearCache<Lookup>({ entriesMax: PRINCIPALS_MAX, ttlMs: TTL_MS });
  /** Apart, since anybody can make up keys by the thousand, and would drive out those that are known. */
  private readonly unknown = new NearCache<Lookup>({ entriesMax: UNKNOWN_MAX, ttlMs: UNKNOWN_TTL_MS });

  constructor(private readonly client: ServiceClient) {
    client.onReconnected(() => {
      this.principals.invalidate();
      this.unknown.invalidate();
    });
  }

  /**
   * The principal of the key that the request carries. A key or an account that is known to be disabled is refused here
   * already; what changed a moment ago is decided where money is reserved, where nothing is out of date.
   *
   * @throws DomainError `invalid_api_key`, `key_disabled`, `key_expired`, `account_disabled`
   */
  async principalOf(headers: RequestHeaders): Promise<Principal> {
    const apiKey = apiKeyIn(headers);
    if (!apiKey) {
      throw invalidKey(
        'No API key was sent. Send it as "Authorization: Bearer <key>", "x-api-key" or "x-goog-api-key".',
      );
    }
    // The checksum refuses typing errors and keys of other products without asking anybody.
    if (!isWellFormedApiKey(apiKey)) throw invalidKey(`The API key ${masked(apiKey)} is not one of this server.`);
    const { principal } = await this.find(hashApiKey(apiKey));
    if (!principal) throw invalidKey(`The API key ${masked(apiKey)} is not known. It may have been deleted.`);
    refuseUnusable(principal);
    return principal;
  }

  /**
   * The principal of a key that somebody may use who is signed in, without its secret. Quota is asked each time.
   *
   * @throws DomainError `key_disabled`, `key_expired`, `account_disabled`
   */
  async principalOfKey(keyId: string): Promise<Principal> {
    const { principal } = await this.client.request(QuotaMessages.principalOfKey, { keyId });
    if (!principal) throw new DomainError('key_disabled', 'This API key was revoked.');
    refuseUnusable(principal);
    return principal;
  }

  /** A key or an account changed somewhere. Keys believed unknown are asked for again, since one may be new. */
  forget(change: PrincipalChange): void {
    this.principals.invalidate(
      ({ principal }) =>
        principal?.accountId === change.accountId && (!change.keyId || principal.keyId === change.keyId),
    );
    this.unknown.invalidate();
  }

  /** Each cache keeps what is its own: a key is known or not, and what is not is forgotten soon. */
  private async find(keyHash: string): Promise<Lookup> {
    const known = this.principals.peek(keyHash);
    if (known) return known;
    return this.unknown.get(keyHash, async () => {
      const found = await this.principals.get(keyHash, () => this.load(keyHash));
      return found.principal ? { value: found, validUntil: NOT_KEPT } : { value: found };
    });
  }

  private async load(keyHash: string): Promise<Loaded<Lookup>> {
    const { principal } = await this.client.request(QuotaMessages.findPrincipal, { keyHash });
    return principal ? { value: { principal } } : { value: { principal: null }, validUntil: NOT_KEPT };
  }
}

function refuseUnusable({ keyStatus, accountStatus, expiresAt }: Principal): void {
  if (keyStatus === 'disabled') throw new DomainError('key_disabled', 'This API key is disabled.');
  if (accountStatus === 'disabled') throw new DomainError('account_disabled', 'This account is disabled.');
  if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()) {
    throw new DomainError('key_expired', 'This API key has expired.');
  }
}

/** Clients put the key where their own vendor wants it; each place is accepted on every endpoint. */
function apiKeyIn(headers: RequestHeaders): string | undefined {
  const { authorization } = headers;
  const bearer = typeof authorization === 'string' ? /^Bearer\s+(\S+)\s*$/i.exec(authorization)?.[1] : undefined;
  return bearer ?? single(headers['x-api-key']) ?? single(headers['x-goog-api-key']);
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? header.trim() : undefined;
}

function masked(apiKey: string): string {
  return apiKey.length > 16 ? `${apiKey.slice(0, 8)}…${apiKey.slice(-4)}` : '(too short)';
}

function invalidKey(message: string): DomainError {
  return new DomainError('invalid_api_key', message);
}
