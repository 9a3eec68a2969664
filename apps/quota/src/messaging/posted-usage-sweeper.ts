import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { PostedUsages } from '../domain/posted-usage.js';
import { QUOTA_SETTINGS, type QuotaSettings } from '../quota-settings.js';

const INTERVAL_MS = 3_600_000;

/** Makes room for the events of the days to come before they come, and drops those of days long gone. */
@Injectable()
export class PostedUsageSweeper implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(PostedUsageSweeper.name);
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> = Promise.resolve();

  constructor(
    private readonly postedUsages: PostedUsages,
    @Inject(QUOTA_SETTINGS) private readonly settings: QuotaSettings,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.sweep();
    this.timer = setInterval(() => (this.underWay = this.sweep()), INTERVAL_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.underWay;
  }

  private async sweep(): Promise<void> {
    try {
      await this.postedUsages.keepDays(this.settings.CODE_ROUTER_POSTED_USAGE_DAYS);
    } catch (error) {
      this.logger.warn('The partitions of posted usage could not be changed; trying again later.', { err: error });
    }
  }
}
