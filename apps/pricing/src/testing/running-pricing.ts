import type { DataSource } from 'typeorm';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { CreateModel, CreatePriceVersion, Group, PricingChange } from '@code-router/contracts';
import { PricingMessages, PricingNotices } from '@code-router/contracts';
import { Hears, ServiceClient } from '@code-router/messaging';
import type { PriceTermsText } from '@code-router/money';
import { startService } from '@code-router/service';
import { createTestDatabase } from '@code-router/testing';
import { Controller, Module } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { PricingModule } from '../pricing.module.js';
import { ForgetExpiredQuotes } from '../use-cases/forget-expired-quotes.js';

/** Remembers the notices that any gateway would have heard. */
@Controller()
class NoticeListener {
  readonly versions: number[] = [];

  @Hears(PricingNotices.changed)
  hear(@Payload() change: PricingChange): void {
    this.versions.push(change.catalogVersion);
  }
}

@Module({ controllers: [NoticeListener] })
class NoticeListenerModule {}

export const TERMS: PriceTermsText = {
  rates: { input: '2500000000', output: '10000000000' },
  perCallNanos: '0',
  tiers: [],
};

export type RunningPricing = Awaited<ReturnType<typeof startPricing>>;

/** The pricing service as one process of its own, on a database of its own, which is dropped with it. */
export async function startPricing(given?: Awaited<ReturnType<typeof createTestDatabase>>) {
  const database = given ?? (await createTestDatabase());
  const service = await startService({
    name: 'pricing',
    modules: [PricingModule, NoticeListenerModule],
    infrastructure: { databaseUrl: database.url },
    host: '127.0.0.1',
    port: 0,
  });
  const client = service.app.get(ServiceClient);
  const dataSource = service.app.get<DataSource>(getDataSourceToken('pricing'));
  return {
    client,
    dataSource,
    noticedVersions: service.app.get(NoticeListener).versions,
    async addModel(name: string, model: Partial<CreateModel> = {}) {
      return client.request(PricingMessages.createModel, {
        name,
        contextWindow: 128_000,
        maxOutputTokens: 16_000,
        ...model,
      });
    },
    /** A price that is meant, however much it differs from the one before, unless `rest` says otherwise. */
    async addPrice(
      model: string,
      terms: Partial<PriceTermsText> = {},
      effectiveFrom?: string,
      rest: Partial<CreatePriceVersion> = {},
    ) {
      return client.request(PricingMessages.createPriceVersion, {
        model,
        terms: { ...TERMS, ...terms },
        author: 'operator',
        confirmed: true,
        ...rest,
        ...(effectiveFrom !== undefined && { effectiveFrom }),
      });
    },
    /** A group that every key may choose, unless `choosableBy` says otherwise. */
    async addGroup(name: string, multiplierMillionths = '1000000', choosableBy: Group['choosableBy'] = null) {
      return client.request(PricingMessages.putGroup, { name, multiplierMillionths, description: '', choosableBy });
    },
    /** What the sweeper does once a minute. */
    forgetExpiredQuotes: () => service.app.get(ForgetExpiredQuotes).execute(),
    async stop() {
      await service.stop();
      await database.drop();
    },
  };
}
