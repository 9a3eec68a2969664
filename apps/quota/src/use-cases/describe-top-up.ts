import { Inject, Injectable } from '@nestjs/common';
import type { TopUpState } from '@code-router/contracts';
import { PaymentProviders } from '../domain/payments.js';
import { QUOTA_SETTINGS, type QuotaSettings } from '../quota-settings.js';

/** How accounts can be topped up here. */
@Injectable()
export class DescribeTopUp {
  constructor(
    private readonly providers: PaymentProviders,
    @Inject(QUOTA_SETTINGS) private readonly settings: QuotaSettings,
  ) {}

  execute(): TopUpState {
    const { currency, packages, amounts } = this.settings.CODE_ROUTER_TOP_UP;
    const [preferred] = this.providers.all;
    if (!preferred) return { payments: { configured: false, providers: [], currency, packages: [] } };
    return {
      payments: {
        configured: true,
        providers: this.providers.all.map(({ name }) => name),
        currency,
        packages,
        ...(amounts === undefined ? {} : { amounts }),
        ...(preferred.notice === undefined ? {} : { notice: preferred.notice }),
      },
    };
  }
}
