import { Injectable } from '@nestjs/common';
import { Deliveries } from '../domain/deliveries.js';
import { WebhookSettings } from '../webhook-settings.js';

const DAY_MS = 86_400_000;

/** Keeps the log of deliveries for as long as the settings say. */
@Injectable()
export class RemoveOldDeliveries {
  constructor(
    private readonly deliveries: Deliveries,
    private readonly settings: WebhookSettings,
  ) {}

  async execute(now: Date): Promise<void> {
    await this.deliveries.deleteBefore(new Date(now.getTime() - this.settings.retentionDays * DAY_MS));
  }
}
