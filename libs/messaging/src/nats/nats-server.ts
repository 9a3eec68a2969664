import { NatsContext, ServerNats } from '@nestjs/microservices';
import type { NatsConnection } from '@nats-io/transport-node';
import { runWithRequestContext } from '@code-router/observability';
import { connectionOptions, REQUEST_ID_HEADER } from './nats-connection.js';
import { PackingSerializer } from './packed-replies.js';

/** How long requests already taken may still be answered after the subscriptions have ended. */
const GRACE_PERIOD_MS = 1_000;

/** Nest's NATS server, with each handler running in the context of the request that the message was sent for. */
export function natsServer(url: string, name: string): ServerNats {
  const server: ServerNats = new ServerNats({
    ...connectionOptions(url),
    serializer: new PackingSerializer(() => server.unwrap<NatsConnection>().info?.max_payload),
    name,
    gracefulShutdown: true,
    gracePeriod: GRACE_PERIOD_MS,
  });
  server.setOnProcessingStartHook((_transport, context, done) => {
    const requestId = context instanceof NatsContext ? requestIdOf(context) : undefined;
    return requestId ? runWithRequestContext({ requestId }, done) : done();
  });
  return server;
}

function requestIdOf(context: NatsContext): string | undefined {
  const headers = context.getHeaders() as { get(name: string): string } | undefined;
  return headers?.get(REQUEST_ID_HEADER) || undefined;
}
