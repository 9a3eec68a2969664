import { Injectable, Logger } from '@nestjs/common';
import { Infrastructure } from '@code-router/config';
import { healthOf, SERVICE_NAMES, type ServiceChecks } from '@code-router/contracts';
import { ServiceClient, UsageDeadLetters, UsageEventLog } from '@code-router/messaging';
import { ServiceHealth } from '@code-router/service';
import { Spool } from '../../settlement/journal/spool.js';
import { SettlementKeeper } from '../../settlement/settlement-keeper.js';
import type { SystemDto, SystemGatewayDto, SystemServiceDto } from './system.dto.js';

const ANSWER_MS_MAX = 3_000;

/** Gathers how settlements, usage events and services are getting on. What does not answer is reported as such. */
@Injectable()
export class SystemReport {
  private readonly logger = new Logger(SystemReport.name);

  constructor(
    private readonly keeper: SettlementKeeper,
    private readonly spool: Spool,
    private readonly eventLog: UsageEventLog,
    private readonly deadLetters: UsageDeadLetters,
    private readonly client: ServiceClient,
    private readonly health: ServiceHealth,
    private readonly infrastructure: Infrastructure,
  ) {}

  async make(): Promise<SystemDto> {
    const [consumers, deadLetters, stream, services] = await Promise.all([
      this.orElse([], this.eventLog.lags()),
      this.orElse(null, this.deadLetters.count()),
      this.orElse(null, this.eventLog.state()),
      this.services(),
    ]);
    return { gateway: this.gateway(), consumers, deadLetters, stream, services };
  }

  private gateway(): SystemGatewayDto {
    const { open, unconfirmed, inMemory, dead, oldestUnconfirmedMs } = this.keeper.figures;
    return {
      openSettlements: open,
      unconfirmed,
      inMemory,
      dead,
      spooledBytes: this.spool.bytes,
      spoolLimitBytes: this.spool.bytesMax,
      oldestUnconfirmedMs,
    };
  }

  private async services(): Promise<readonly SystemServiceDto[]> {
    // Where all services are one process, there is one to ask.
    if (!this.infrastructure.natsUrl) return [serviceOf('standalone', await this.health.check(this.client))];
    return Promise.all(
      SERVICE_NAMES.map(async (name): Promise<SystemServiceDto> => {
        try {
          if (name === 'gateway') return serviceOf(name, await this.health.check(this.client));
          return serviceOf(name, await this.client.request(healthOf(name), {}, { timeoutMs: ANSWER_MS_MAX }));
        } catch {
          // That nobody answers is the news, and why is for the one who does not.
          return { name, status: 'unanswered', checks: {} };
        }
      }),
    );
  }

  private async orElse<Value, Other>(other: Other, read: Promise<Value>): Promise<Value | Other> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_MS_MAX} ms`)), ANSWER_MS_MAX);
    });
    try {
      return await Promise.race([read, late]);
    } catch (error) {
      this.logger.warn('The event log does not answer.', { err: error });
      return other;
    } finally {
      clearTimeout(timer);
    }
  }
}

function serviceOf(name: string, checks: ServiceChecks): SystemServiceDto {
  const isFine = Object.values(checks).every((check) => check === 'ok');
  return { name, status: isFine ? 'ok' : 'failing', checks: { ...checks } };
}
