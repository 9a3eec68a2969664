import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics } from '@code-router/observability';
import { ServiceHealth } from '@code-router/service';
import { Spool } from './journal/spool.js';
import { SettlementKeeper } from './settlement-keeper.js';

/** Shows to Prometheus what waits to be in the books, and to load balancers when nothing more can be kept. */
@Injectable()
export class SettlementReports implements OnModuleInit {
  constructor(
    private readonly keeper: SettlementKeeper,
    private readonly spool: Spool,
    private readonly metrics: Metrics,
    private readonly health: ServiceHealth,
  ) {}

  onModuleInit(): void {
    this.health.register('settlement spool', async () => {
      const { refusal } = this.keeper;
      if (refusal) throw new Error(refusal);
    });
    this.metrics.addGauge({
      name: 'code_router_settlements',
      help:
        'Settlements by state. open: neither the event log nor the disk has them for sure; unconfirmed: not known to be ' +
        'in the books; memory: the spool did not take them; dead: refused by the books since this process began.',
      label: 'state',
      read: () => {
        const { open, unconfirmed, inMemory, dead } = this.keeper.figures;
        return { open, unconfirmed, memory: inMemory, dead };
      },
    });
    this.metrics.addGauge({
      name: 'code_router_settlement_spool_bytes',
      help: 'The spool of settlements: bytes used, and the limit from which on new requests are refused.',
      label: 'kind',
      read: () => ({ used: this.spool.bytes, limit: this.spool.bytesMax }),
    });
    this.metrics.addGauge({
      name: 'code_router_settlement_unread_folders',
      help: 'Folders of gateways that have ended in which settlements cannot be read; the log says why.',
      label: 'part',
      read: () => ({ spool: this.spool.unreadFolders }),
    });
    this.metrics.addGauge({
      name: 'code_router_settlement_refusing',
      help: '1 while new requests are refused because their settlements could not be kept, else 0.',
      label: 'part',
      read: () => ({ spool: this.keeper.refusal === undefined ? 0 : 1 }),
    });
    this.metrics.addGauge({
      name: 'code_router_settlement_oldest_seconds',
      help: 'The age of the oldest settlement that is not known to be in the books; none when all are.',
      label: 'state',
      read: (): Readonly<Record<string, number>> => {
        const { oldestUnconfirmedMs } = this.keeper.figures;
        return oldestUnconfirmedMs === null ? {} : { unconfirmed: oldestUnconfirmedMs / 1_000 };
      },
    });
  }
}
