import { Controller } from '@nestjs/common';
import { GatewayNotices, PricingNotices } from '@code-router/contracts';
import { Hears } from '@code-router/messaging';
import { Catalogs } from '../catalog/catalogs.js';
import { Site } from './site.js';

/** Hears of changes elsewhere, and forgets what they made untrue. */
@Controller()
export class SiteChangesController {
  constructor(
    private readonly site: Site,
    private readonly catalogs: Catalogs,
  ) {}

  @Hears(GatewayNotices.siteChanged)
  siteChanged(): void {
    this.site.forget();
  }

  @Hears(PricingNotices.changed)
  pricingChanged(): void {
    this.catalogs.forget();
  }
}
