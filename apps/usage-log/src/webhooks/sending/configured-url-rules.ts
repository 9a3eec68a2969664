import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import { UrlRules } from '../domain/url-rules.js';
import { WebhookSettings } from '../webhook-settings.js';
import { isPublicAddress } from './public-address.js';

const URL_LENGTH_MAX = 2_000;

/**
 * Refuses at once what could never be delivered. What a host name leads to is not looked at here: it can change at any
 * time, and is checked at every connection instead.
 */
@Injectable()
export class ConfiguredUrlRules extends UrlRules {
  constructor(private readonly settings: WebhookSettings) {
    super();
  }

  override faultOf(text: unknown): string | undefined {
    if (typeof text !== 'string' || text.length > URL_LENGTH_MAX || !URL.canParse(text)) {
      return `must be a URL of at most ${URL_LENGTH_MAX} characters`;
    }
    const url = new URL(text);
    const schemes = this.settings.allowPrivate ? ['https:', 'http:'] : ['https:'];
    if (!schemes.includes(url.protocol)) return 'must start with https://';
    if (url.username || url.password) return 'must not hold a user or a password';
    if (url.hash) return 'must not have a fragment';
    const host = hostOf(url);
    if (!this.settings.allowPrivate && isIP(host) && !isPublicAddress(host)) return 'must not be a private address';
    return undefined;
  }
}

/** Without the brackets of an IPv6 address. The URL has brought other ways to write an address into the usual one. */
function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
