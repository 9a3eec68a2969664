import type { IncomingMessage } from 'node:http';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Queue } from 'bullmq';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { DomainError } from '@code-router/contracts';
import { errorEnvelope, errorHeaders, statusOf } from '@code-router/error-envelope';
import { USAGE_QUEUE, type UsageJob } from '../messaging/usage-queue.js';
import { WEBHOOK_QUEUE, type WebhookJob } from '../webhooks/messaging/webhook-queue.js';
import { BoardAccess } from './board-access.js';
import { BoardActions, type BoardCaller } from './board-actions.js';
import { auditBoard } from './board-audit.js';

/** Where the board lies, on the HTTP server of whatever process this is. */
export const QUEUE_BOARD_PATH = '/api/queues';

/**
 * Serves Bull Board. It has an HTTP application of its own, which gets requests before this process has read them: what
 * that one does with bodies, errors and files is its own business.
 */
@Injectable()
export class QueueBoard implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(QueueBoard.name);
  private board: FastifyInstance | undefined;
  /** By the request that both applications get. */
  private readonly callers = new WeakMap<IncomingMessage, BoardCaller>();

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly access: BoardAccess,
    private readonly actions: BoardActions,
    @InjectQueue(USAGE_QUEUE) private readonly usage: Queue<UsageJob>,
    @InjectQueue(WEBHOOK_QUEUE) private readonly webhooks: Queue<WebhookJob>,
  ) {}

  /** Before the process listens; Fastify takes no routes afterwards. */
  async onModuleInit(): Promise<void> {
    const board = await this.makeBoard();
    this.board = board;
    const instance = this.host.httpAdapter.getInstance<FastifyInstance>();
    const pass = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      try {
        this.callers.set(request.raw, await this.access.check(request));
      } catch (error) {
        return this.refuse(error, reply);
      }
      reply.hijack();
      board.routing(request.raw, reply.raw);
    };
    const nothing = (): void => undefined;
    for (const url of [QUEUE_BOARD_PATH, `${QUEUE_BOARD_PATH}/*`]) instance.all(url, { onRequest: pass }, nothing);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.board?.close();
  }

  private async makeBoard(): Promise<FastifyInstance> {
    const adapter = new FastifyAdapter().setBasePath(QUEUE_BOARD_PATH);
    createBullBoard({
      queues: [
        new BullMQAdapter(this.usage, { description: 'Usage events that wait to be recorded' }),
        new BullMQAdapter(this.webhooks, {
          description: 'Deliveries to webhooks, and periods that are replayed to them',
        }),
      ],
      serverAdapter: adapter,
      options: { uiConfig: { boardTitle: 'Code Router', pollingInterval: { forceInterval: 5 } } },
    });
    const board = fastify();
    auditBoard(board, [this.usage, this.webhooks], this.actions, ({ raw }) => this.callerOf(raw));
    await board.register(adapter.registerPlugin(), { prefix: QUEUE_BOARD_PATH });
    await board.ready();
    return board;
  }

  private callerOf(request: IncomingMessage): BoardCaller {
    const caller = this.callers.get(request);
    if (!caller) throw new Error('a request came to the board past its door');
    return caller;
  }

  private async refuse(error: unknown, reply: FastifyReply): Promise<void> {
    const isKnown = error instanceof DomainError;
    if (!isKnown) this.logger.error(error);
    const refusal = isKnown ? error : new DomainError('internal_error', 'Who you are could not be found out.');
    await reply.status(statusOf(refusal.code)).headers(errorHeaders(refusal)).send(errorEnvelope(refusal));
  }
}
