import { Controller, Injectable, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  QuotaNotices,
  SettlementMessages,
  SettlementNotices,
  type SettlementsStatus,
  type UsageEvent,
} from '@code-router/contracts';
import { Answers, ServiceClient, UsageEventLog, type EventSubscription } from '@code-router/messaging';

const CONSUMER = 'quota';

/** Plays quota's part in the settlement of requests, and can be told to play it badly. */
@Injectable()
export class BooksDouble implements OnApplicationBootstrap, OnModuleDestroy {
  /** How often each settlement came. */
  readonly posted = new Map<string, number>();
  readonly refused = new Set<string>();
  tellsNobody = false;
  /** How many times somebody asked what became of settlements. */
  asked = 0;
  private subscription: EventSubscription | undefined;

  constructor(
    readonly eventLog: UsageEventLog,
    private readonly client: ServiceClient,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.open();
  }

  async onModuleDestroy(): Promise<void> {
    await this.close();
  }

  /** Reads the log from now on, from where it was. */
  async open(): Promise<void> {
    this.subscription = await this.eventLog.consume({ consumer: CONSUMER, batchMax: 100 }, (events) =>
      this.post(events),
    );
  }

  async close(): Promise<void> {
    await this.subscription?.stop();
    this.subscription = undefined;
  }

  private async post(events: readonly UsageEvent[]): Promise<void> {
    const ids = events.map(({ id }) => id);
    const refused = ids.filter((id) => this.refused.has(id));
    const posted = ids.filter((id) => !this.refused.has(id));
    for (const id of posted) this.posted.set(id, (this.posted.get(id) ?? 0) + 1);
    if (this.tellsNobody) return;
    this.client.notify(QuotaNotices.posted, { reservationIds: posted });
    this.client.notify(SettlementNotices.refused, {
      refused: refused.map((reservationId) => ({ reservationId, reason: 'unknown_account' })),
    });
  }
}

@Controller()
export class BooksDoubleController {
  constructor(private readonly books: BooksDouble) {}

  @Answers(SettlementMessages.status)
  async status(
    @Payload() { reservationIds }: { readonly reservationIds: readonly string[] },
  ): Promise<SettlementsStatus> {
    this.books.asked += 1;
    const reading = await this.books.eventLog.readingOf(CONSUMER);
    const posted = reservationIds.filter((id) => this.books.posted.has(id));
    return { posted, ...(reading ? { reading } : {}) };
  }
}

@Module({ controllers: [BooksDoubleController], providers: [BooksDouble] })
export class BooksDoubleModule {}
