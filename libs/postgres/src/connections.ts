import pg from 'pg';

/** What of a connection may differ from others. */
export interface ConnectionNeeds {
  /** Settings of PostgreSQL for every connection, such as `{ jit: 'off' }`. */
  readonly sessionSettings?: Readonly<Record<string, string>> | undefined;
  /** After so long without a word about a statement the server is asked whether it is still at it. */
  readonly silentMs?: number | undefined;
  /** How long a connection may take, from asking for it to having it. */
  readonly connectMsMax?: number | undefined;
}

const CONNECT_MS_MAX = 10_000;
const SILENT_MS = 20_000;
/** From here on the system asks once a second, ten times, whether the server's host is there. */
const KEEP_ALIVE_MS = 10_000;

/**
 * What PostgreSQL does of itself when the host of a process is gone without a word, or the process stands still: it ends
 * the transaction, and with it the locks that all others wait for. TCP alone would take two hours to find out.
 *
 * @see https://www.postgresql.org/docs/current/runtime-config-connection.html#RUNTIME-CONFIG-TCP-SETTINGS
 */
const SESSION_SETTINGS = {
  idle_in_transaction_session_timeout: '30s',
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
} as const;

/**
 * How every pool connects, so that neither side waits for the other long after it is gone: a database that failed over
 * sends no word of it to those who were connected to it.
 */
export function connectionSettings(databaseUrl: string, needs: ConnectionNeeds = {}) {
  const { sessionSettings, silentMs = SILENT_MS, connectMsMax = CONNECT_MS_MAX } = needs;
  const settings = Object.entries({ ...SESSION_SETTINGS, ...sessionSettings });
  return {
    connectionTimeoutMillis: connectMsMax,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    options: settings.map(([name, value]) => `-c ${name}=${value}`).join(' '),
    onConnect: (client: pg.ClientBase) => endWhenForgotten(client as OpenClient, databaseUrl, silentMs),
  };
}

/** What pg knows of a connection, beside what its types say. */
type OpenClient = pg.ClientBase & {
  /** By which the server knows it. */
  readonly processID: number;
  /** Whether nothing is asked on it. */
  readonly readyForQuery: boolean;
  readonly connection: { readonly stream: import('node:net').Socket };
};

/**
 * Ends a connection whose statement the server knows nothing of. A statement that was on its way when the server went away
 * would otherwise wait for as long as the system repeats it, a quarter of an hour; a limit of time would end long ones too.
 */
function endWhenForgotten(client: OpenClient, databaseUrl: string, silentMs: number): void {
  const { stream } = client.connection;
  stream.setTimeout(silentMs);
  stream.on('timeout', () => {
    const heardBefore = stream.bytesRead;
    void isForgotten(client, databaseUrl).then((forgotten) => {
      if (stream.destroyed) return;
      const isSilent = stream.bytesRead === heardBefore;
      if (forgotten && isSilent && !client.readyForQuery) stream.destroy(new ConnectionForgotten());
      // The event comes once, and then no more until something is heard.
      else stream.setTimeout(silentMs);
    });
  });
}

/** The server was away meanwhile, or something between here and there: what was asked has no answer. */
export class ConnectionForgotten extends Error {
  override readonly name = 'ConnectionForgotten';
  /** For whoever asks it is a connection like any other that breaks off. */
  readonly code = 'ECONNRESET';

  constructor() {
    super('PostgreSQL does not know of this connection any more');
  }
}

/** Whoever waits for an answer that the server has given, or takes itself for unasked, waits for ever. */
const STATE = `
  SELECT pg_backend_pid() AS asking,
         (SELECT coalesce(state, 'active') NOT LIKE 'idle%' FROM pg_stat_activity WHERE pid = $1) AS busy`;

/** False as long as nobody knows: the server may be on its way up, and a pooler has numbers of its own. */
async function isForgotten({ processID, readyForQuery }: OpenClient, databaseUrl: string): Promise<boolean> {
  if (readyForQuery) return false;
  const asking = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'code-router connection check',
    connectionTimeoutMillis: CONNECT_MS_MAX,
    query_timeout: CONNECT_MS_MAX,
  });
  asking.on('error', () => undefined);
  try {
    await asking.connect();
    const { rows } = await asking.query<{ asking: number; busy: boolean | null }>(STATE, [processID]);
    const isDirect = rows[0]?.asking === (asking as unknown as OpenClient).processID;
    return isDirect && rows[0]?.busy !== true;
  } catch {
    return false;
  } finally {
    void asking.end().catch(() => undefined);
  }
}
