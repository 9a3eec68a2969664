import { Injectable } from '@nestjs/common';
import { GatewayNotices, IdentityMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { NANOS_PER_CREDIT } from '@code-router/money';
import { productVersion } from '../../http/product-version.js';
import { NearCache } from '../../relay/near-cache.js';
import { SiteTextStore, type SiteTexts } from '../../site/domain/site-texts.js';
import { SiteSettings } from '../../site/site-settings.js';
import { Oidc } from '../auth/oidc/oidc.js';
import type { SiteDto, SiteTextsDto } from './site.dto.js';

const TTL_MS = 10_000;

/** What everybody may know of the site. Every visitor asks for it, so it is kept for a moment. */
@Injectable()
export class Site {
  private readonly version = productVersion();
  private readonly cache = new NearCache<SiteDto>({ entriesMax: 1, ttlMs: TTL_MS });

  constructor(
    private readonly settings: SiteSettings,
    private readonly texts: SiteTextStore,
    private readonly oidc: Oidc,
    private readonly client: ServiceClient,
  ) {}

  read(): Promise<SiteDto> {
    return this.cache.get('site', async () => {
      const [{ signUp }, texts] = await Promise.all([
        this.client.request(IdentityMessages.signUpState, {}),
        this.texts.read(),
      ]);
      const { currency, currencySymbol, quotaUnitsPerCredit, pricesArePlaceholders } = this.settings;
      return {
        value: {
          ...this.named(texts),
          currency,
          currencySymbol,
          nanosPerQuotaUnit: (NANOS_PER_CREDIT / quotaUnitsPerCredit).toString(),
          pricesArePlaceholders,
          signUp,
          oidc: this.oidc.isConfigured,
          version: this.version,
        },
      };
    });
  }

  async readTexts(): Promise<SiteTextsDto> {
    return this.named(await this.texts.read());
  }

  /** Every gateway shows the change at once. */
  async change(change: Partial<SiteTexts>): Promise<SiteTextsDto> {
    const changed = await this.texts.change(change);
    this.forget();
    this.client.notify(GatewayNotices.siteChanged, {});
    return this.named(changed);
  }

  forget(): void {
    this.cache.invalidate();
  }

  private named({ name, announcement }: SiteTexts): SiteTextsDto {
    return { name: name ?? this.settings.name, announcement };
  }
}
