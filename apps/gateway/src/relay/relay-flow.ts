import { Injectable, Logger } from '@nestjs/common';
import { DomainError, type Principal } from '@code-router/contracts';
import { asDomainError, errorEnvelope, errorHeaders, statusOf } from '../http/error-envelope.js';
import { Authenticate } from './authenticate.js';
import { readChatRequest } from './chat-request.js';
import { underWay } from './checkpoint.js';
import type { ClientExchange } from './client-exchange.js';
import { Estimating, type Estimate } from './estimate.js';
import { LeaseKeeper } from './lease-keeper.js';
import { Proxying } from './proxy.js';
import { Quoting } from './quote.js';
import { newTrail, type RelayJob } from './relay-job.js';
import { RelayMetrics } from './relay-metrics.js';
import { RelaySettings } from './relay-settings.js';
import { Reserving, type Hold } from './reserve.js';
import { Settling } from './settle.js';
import { UpstreamRefusal } from './upstream-refusal.js';

/** Why a hold is released that may never have been made. */
const UNDECIDED = new DomainError('service_unavailable', 'No service answered in time. Please retry.');

/** One relay request, from its key to its settlement. */
@Injectable()
export class RelayFlow {
  private readonly logger = new Logger('Relay');

  constructor(
    private readonly authenticate: Authenticate,
    private readonly quoting: Quoting,
    private readonly estimating: Estimating,
    private readonly reserving: Reserving,
    private readonly leases: LeaseKeeper,
    private readonly proxying: Proxying,
    private readonly settling: Settling,
    private readonly settings: RelaySettings,
    private readonly metrics: RelayMetrics,
  ) {}

  /**
   * Answers the client, whatever happens.
   *
   * @param known whose request it is, where something else than the key in its headers has told.
   */
  async relay(exchange: ClientExchange, known?: Principal): Promise<void> {
    try {
      await this.run(exchange, known);
    } catch (error) {
      this.answerError(exchange, error);
    }
    this.metrics.ended(exchange);
  }

  private async run(exchange: ClientExchange, known: Principal | undefined): Promise<void> {
    const principal = known ?? (await this.authenticate.principalOf(exchange.headers));
    const request = readChatRequest(exchange.body);
    const quote = await this.quoting.quoteFor(principal, request.model, exchange.headers);
    const estimate = this.estimating.bound(request, quote);
    const stopExpecting = this.settling.expect();
    try {
      const recordedIp = this.settings.recordsClientIp ? exchange.clientIp : undefined;
      await this.runExpected({ exchange, principal, request, quote, recordedIp }, estimate);
    } finally {
      stopExpecting();
    }
  }

  /** The rest, once its settlement has a place to be kept. */
  private async runExpected(admitted: Omit<RelayJob, 'hold'>, estimate: Estimate): Promise<void> {
    const { exchange, principal, request, quote } = admitted;
    const abandon = (abandoned: Hold): void =>
      this.settling.released({ ...admitted, hold: abandoned }, newTrail(), UNDECIDED);
    const hold = await this.reserving.hold(exchange, principal, request, quote, estimate, abandon);

    const job: RelayJob = { ...admitted, hold };
    const trail = newTrail();
    const stopExtending = this.leases.keep(underWay(job, trail));
    const stopStreaming = request.stream ? this.metrics.streaming() : undefined;
    try {
      await this.proxying.deliver(job, trail, (delivery) => this.settling.settled(job, trail, delivery));
    } catch (error) {
      if (!trail.isSettled) this.settling.released(job, trail, asDomainError(error));
      throw error;
    } finally {
      stopExtending();
      stopStreaming?.();
    }
  }

  private answerError(exchange: ClientExchange, thrown: unknown): void {
    const error = asDomainError(thrown);
    const report = { code: error.code, err: error.cause };
    if (error.code === 'internal_error') this.logger.error(error.message, report);
    else this.logger.debug(error.message, report);
    if (exchange.isAnswered) return;
    const status = error instanceof UpstreamRefusal ? error.status : statusOf(error.code);
    const headers = { ...errorHeaders(error), 'content-type': 'application/json; charset=utf-8' };
    exchange.respond(status, headers, JSON.stringify(errorEnvelope(error)));
  }
}
