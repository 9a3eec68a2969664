/**
 * A consumer of usage events: adds up what each account has spent. Shows what every consumer must do: a durable position,
 * acknowledgement only after the effect is kept, and an effect that the same event has only once.
 */
import { parseArgs } from 'node:util';
import { connect } from '@nats-io/transport-node';
import type { JsMsg } from '@nats-io/jetstream';
import type { UsageEvent } from '@code-router/contracts';
import { SpendBook } from './spend-book.ts';
import { openUsageStream, type Start } from './usage-stream.ts';

const USAGE = `Usage: node examples/usage-consumer/main.ts [options]
  --server URL          nats://127.0.0.1:4222
  --consumer NAME       the durable name, usage-spend: NATS keeps a position for each
  --book FILE           where the sums are kept, usage-spend.sqlite
  --account ID          only the events of this account
  --from-time TIME      start again at this time, such as 2026-03-01T00:00:00Z
  --from-sequence N     start again at this sequence of the stream
  --once                end as soon as all events have been read, instead of waiting for more
Where NATS asks who it is: NATS_USER and NATS_PASSWORD in the environment.
`;
const BATCH_MAX = 256;
/** How long a request for events waits for the first of them. */
const WAIT_MS = 1_000;

const options = readOptions();
const connection = await connect({
  servers: options.server,
  name: options.consumer,
  user: process.env['NATS_USER'],
  pass: process.env['NATS_PASSWORD'],
  maxReconnectAttempts: -1,
  // Answers come to subjects that begin with this: with one of its own, a consumer need not be allowed to read others'.
  inboxPrefix: `_INBOX_${options.consumer}`,
});
const stream = await openUsageStream(connection, options);
const book = new SpendBook(options.book);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());

while (!stopping.signal.aborted) {
  const messages = await nextMessages();
  // First the effect, then the acknowledgement: a crash in between brings the events again, and the book knows them.
  const added = book.add(messages.flatMap(eventOf));
  for (const message of messages) message.ack();
  if (added > 0) say(`${added} new events, ${messages.length - added} seen before`);
  if (options.once && (await isCaughtUp())) break;
}

for (const { accountId, requests, amountNanos } of book.spend()) {
  say(`${accountId} ${requests} requests ${amountNanos} nanos`);
}
book.close();
await connection.drain();

async function nextMessages(): Promise<JsMsg[]> {
  const messages: JsMsg[] = [];
  for await (const message of await stream.fetch({ max_messages: BATCH_MAX, expires: WAIT_MS })) messages.push(message);
  return messages;
}

/** None when it is of a kind that this program does not know: then there is nothing to do about it. */
function eventOf(message: JsMsg): UsageEvent[] {
  const event = message.json<UsageEvent>();
  return event.type.startsWith('code-router.usage.v1.') ? [event] : [];
}

async function isCaughtUp(): Promise<boolean> {
  const { num_pending: pending, num_ack_pending: unacknowledged } = await stream.info();
  return pending === 0 && unacknowledged === 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        server: { type: 'string', default: 'nats://127.0.0.1:4222' },
        consumer: { type: 'string', default: 'usage-spend' },
        book: { type: 'string', default: 'usage-spend.sqlite' },
        account: { type: 'string', default: '*' },
        'from-time': { type: 'string' },
        'from-sequence': { type: 'string' },
        once: { type: 'boolean', default: false },
      },
    });
    return { ...values, start: startOf(values['from-time'], values['from-sequence']) };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(1);
  }
}

/** @throws Error when it is not a time or a sequence, or both are given. */
function startOf(time: string | undefined, sequence: string | undefined): Start | undefined {
  if (time !== undefined && sequence !== undefined) throw new Error('Give --from-time or --from-sequence, not both.');
  if (time !== undefined) {
    if (Number.isNaN(Date.parse(time))) throw new Error(`--from-time is not a time: ${time}`);
    return { time: new Date(time) };
  }
  if (sequence === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(sequence)) throw new Error(`--from-sequence is not a whole number from 1: ${sequence}`);
  return { sequence: Number(sequence) };
}
