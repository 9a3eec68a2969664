import { setTimeout as sleep } from 'node:timers/promises';
import { NatsContext, ServerNats } from '@nestjs/microservices';
import type { NatsConnection } from '@nats-io/transport-node';
import { runWithRequestContext } from '@code-router/observability';
import { connectionOptions, REQUEST_ID_HEADER } from './nats-connection.js';
import { PackingSerializer } from './packed-replies.js';

/** How long requests already taken may still be answered after the subscriptions have ended. */
const GRACE_PERIOD_MS = 3_000;

/**
 * Nest's NATS server, with each handler running in the context of the request that the message was sent for. It closes as
 * soon as what it has taken is answered, where Nest's own always waits for the whole of its grace period.
 */
export class AnsweringNatsServer extends ServerNats {
  private underWay = 0;
  private idle: PromiseWithResolvers<void> | undefined;

  constructor(url: string, name: string) {
    super({
      ...connectionOptions(url),
      serializer: new PackingSerializer(() => this.connection.info?.max_payload),
      name,
      gracefulShutdown: false,
    });
    this.setOnProcessingStartHook((_transport, context, done) => {
      this.underWay += 1;
      const requestId = context instanceof NatsContext ? requestIdOf(context) : undefined;
      return requestId ? runWithRequestContext({ requestId }, done) : done();
    });
    this.setOnProcessingEndHook(() => {
      this.underWay -= 1;
      if (this.underWay === 0) this.idle?.resolve();
    });
  }

  /**
   * Patterns are plain subjects here. Nest would parse each as JSON, in case it were an object, and so make an error with a
   * stack trace for every message.
   */
  override getRouteFromPattern(pattern: string): string {
    return this.messageHandlers.has(pattern) ? pattern : super.getRouteFromPattern(pattern);
  }

  /** It listens when NATS has all of its subscriptions: nobody who asks from then on is told that there is no one to answer. */
  override async start(callback: (error?: unknown) => void): Promise<void> {
    try {
      this.bindEvents(this.connection);
      await this.connection.flush();
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  }

  override async close(): Promise<void> {
    // What never listened has no connection.
    if (this['natsClient'] && !this.connection.isClosed()) {
      for (const subscription of this['subscriptions']) subscription.unsubscribe();
      await Promise.race([this.untilAnswered(), sleep(GRACE_PERIOD_MS, undefined, { ref: false })]);
    }
    await super.close();
  }

  private get connection(): NatsConnection {
    return this.unwrap<NatsConnection>();
  }

  private async untilAnswered(): Promise<void> {
    try {
      // The server's answer comes after everything that it had sent before the subscriptions ended.
      await this.connection.flush();
      while (this.underWay > 0) {
        this.idle = Promise.withResolvers();
        await this.idle.promise;
      }
      // Nest publishes an answer a tick after its handler has ended.
      await new Promise((resolve) => setImmediate(resolve));
      await this.connection.flush();
    } catch (error) {
      this.logger.warn(`The connection to NATS ended before everything was answered: ${String(error)}`);
    }
  }
}

function requestIdOf(context: NatsContext): string | undefined {
  const headers = context.getHeaders() as { get(name: string): string } | undefined;
  return headers?.get(REQUEST_ID_HEADER) || undefined;
}
