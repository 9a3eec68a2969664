import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { QUOTA_SETTINGS, type QuotaSettings } from '../quota-settings.js';
import { EnsureAdministrator } from '../use-cases/ensure-administrator.js';

/** Creates the first administrator when the process starts. */
@Injectable()
export class FirstAdministrator implements OnApplicationBootstrap {
  constructor(
    @Inject(QUOTA_SETTINGS) private readonly settings: QuotaSettings,
    private readonly ensureAdministrator: EnsureAdministrator,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.ensureAdministrator.execute(this.settings.CODE_ROUTER_ADMIN_PASSWORD);
  }
}
