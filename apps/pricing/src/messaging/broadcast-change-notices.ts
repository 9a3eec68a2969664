import { Injectable } from '@nestjs/common';
import { PricingNotices } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { ChangeNotices } from '../domain/change-notices.js';

/** Tells every gateway. */
@Injectable()
export class BroadcastChangeNotices extends ChangeNotices {
  constructor(private readonly client: ServiceClient) {
    super();
  }

  override changed(catalogVersion: number): void {
    this.client.notify(PricingNotices.changed, { catalogVersion });
  }
}
