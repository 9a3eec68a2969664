import { connect, type NatsConnection } from '@nats-io/transport-node';

/** Header that carries the id of the request that a message was sent for. */
export const REQUEST_ID_HEADER = 'x-request-id';

/**
 * Connects and keeps reconnecting for ever: a broker that restarts must not need its clients restarted.
 *
 * @throws Error naming the server when the first connection cannot be made.
 */
export async function connectToNats(url: string, name: string): Promise<NatsConnection> {
  try {
    return await connect({ ...connectionOptions(url), name, timeout: 5_000 });
  } catch (error) {
    throw new Error(`NATS_URL: no NATS server answers at ${new URL(url).host}. Is it running?`, { cause: error });
  }
}

/** A URL may hold credentials, `nats://user:password@host` or `nats://token@host`, which NATS wants apart from it. */
export function connectionOptions(url: string) {
  const { protocol, host, username, password } = new URL(url);
  const [name, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
  return {
    servers: `${protocol}//${host}`,
    ...(secret ? { user: name, pass: secret } : name ? { token: name } : {}),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    pingInterval: 20_000,
    // Otherwise every request and every publish makes an error in advance, in case it needs a stack trace later.
    noAsyncTraces: true,
  };
}
