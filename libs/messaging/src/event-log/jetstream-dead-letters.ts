import { jetstreamManager, type JetStreamManager, type StoredMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { deadSubject, USAGE_DEAD_STREAM } from '@code-router/contracts';
import { JetStreamPublisher } from './jetstream-publisher.js';
import { isNotFound } from './jetstream-state.js';
import { ensureDeadStream, streamManagerOf, type StreamSettings } from './jetstream-stream.js';
import { eventFrom, UsageDeadLetters, type DeadLetter } from './usage-dead-letters.js';

const REASON_HEADER = 'x-code-router-reason';
/** Where the event was published, and with which message id: to publish it there again. */
const SUBJECT_HEADER = 'x-code-router-subject';
const MESSAGE_ID_HEADER = 'x-code-router-message-id';

const PUBLISH_TIMEOUT_MS = 5_000;
/** A list looks at so many places at most, of which replayed letters have left some empty. */
const PLACES_MAX = 2_000;

/** A message that a consumer cannot handle. */
export interface DeadMessage {
  readonly subject: string;
  readonly sequence: number;
  /** Since 1970. A stream that came back with an older store gives a sequence once more, and never at the same time. */
  readonly storedAtNanos: bigint | number;
  readonly body: Uint8Array;
  readonly reason: string;
}

/** Dead letters in a JetStream stream of their own, with the reason in a header. */
export class JetStreamDeadLetters extends UsageDeadLetters {
  private readonly publisher: JetStreamPublisher;
  private streamReady: Promise<void> | undefined;

  constructor(
    private readonly connection: NatsConnection,
    private readonly settings: StreamSettings,
  ) {
    super();
    this.publisher = new JetStreamPublisher(connection, PUBLISH_TIMEOUT_MS);
  }

  /** Makes the stream, or brings it in line with the settings. */
  ensureStream(): Promise<void> {
    this.streamReady ??= this.createStream().catch((error: unknown) => {
      this.streamReady = undefined;
      throw error;
    });
    return this.streamReady;
  }

  /** Lays messages aside. @throws Error when one of them could not be. */
  async add(consumer: string, messages: readonly DeadMessage[]): Promise<void> {
    await this.ensureStream();
    const outcomes = await this.publisher.publish(
      messages.map(({ subject, sequence, storedAtNanos, body, reason }) => ({
        subject: deadSubject(consumer),
        body,
        id: `${consumer}:${sequence}:${storedAtNanos}`,
        headers: {
          [REASON_HEADER]: oneLine(reason),
          [SUBJECT_HEADER]: subject,
          [MESSAGE_ID_HEADER]: `sequence-${sequence}-${storedAtNanos}`,
        },
      })),
    );
    const failure = outcomes.find((outcome) => typeof outcome !== 'number');
    if (!failure) return;
    this.streamReady = undefined;
    throw failure;
  }

  override async count(): Promise<number> {
    return (await this.state())?.messages ?? 0;
  }

  override async list(limit: number, before?: string): Promise<readonly DeadLetter[]> {
    const state = await this.state();
    if (!state) return [];
    const manager = await this.manager();
    const letters: DeadLetter[] = [];
    const newest = Math.min(before === undefined ? state.last_seq : Number(before) - 1, state.last_seq);
    const oldest = Math.max(state.first_seq, newest - PLACES_MAX, 1);
    for (let sequence = newest; sequence >= oldest && letters.length < limit; sequence -= 1) {
      const message = await messageAt(manager, sequence);
      if (message) letters.push(letterOf(message));
    }
    return letters;
  }

  override async replay(ids?: readonly string[]): Promise<number> {
    const state = await this.state();
    if (!state || state.messages === 0) return 0;
    const manager = await this.manager();
    const wanted = ids && new Set(ids.map(Number));
    let replayed = 0;
    // What comes back while this runs has a greater number: it is not replayed for ever.
    for (let sequence = state.first_seq; sequence <= state.last_seq; sequence += 1) {
      if (wanted && !wanted.has(sequence)) continue;
      const message = await messageAt(manager, sequence);
      const subject = message?.header.get(SUBJECT_HEADER);
      if (!message || !subject) continue;
      const id = `${message.header.get(MESSAGE_ID_HEADER)}:replay-${sequence}`;
      const [outcome] = await this.publisher.publish([{ subject, body: message.data, id }]);
      if (typeof outcome !== 'number') throw outcome ?? new Error('a replay was not acknowledged');
      await manager.streams.deleteMessage(USAGE_DEAD_STREAM, sequence, false);
      replayed += 1;
    }
    return replayed;
  }

  private async state() {
    const manager = await this.manager();
    try {
      return (await manager.streams.info(USAGE_DEAD_STREAM)).state;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  private manager(): Promise<JetStreamManager> {
    return jetstreamManager(this.connection, { checkAPI: false });
  }

  private async createStream(): Promise<void> {
    await ensureDeadStream(await streamManagerOf(this.connection), this.settings);
  }
}

/** @returns undefined when it was replayed. */
async function messageAt(manager: JetStreamManager, sequence: number): Promise<StoredMsg | undefined> {
  try {
    return (await manager.streams.getMessage(USAGE_DEAD_STREAM, { seq: sequence })) ?? undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function letterOf(message: StoredMsg): DeadLetter {
  return {
    id: message.seq.toString(),
    consumer: message.subject.slice(deadSubject('').length),
    reason: message.header.get(REASON_HEADER),
    failedAt: message.time.toISOString(),
    event: eventFrom(message.string()),
  };
}

/** A header takes no line breaks. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
