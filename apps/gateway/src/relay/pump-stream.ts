import { UpstreamFailure, type UpstreamBody } from '../providers/provider.js';
import type { ChatStream } from './chat-stream.js';
import type { ClientExchange } from './client-exchange.js';

export interface Pump {
  readonly body: UpstreamBody;
  readonly chat: ChatStream;
  readonly exchange: ClientExchange;
  /** Called once, before the first bytes are written to the client. */
  readonly begin: () => void;
  /** Ends the call to the provider. */
  readonly signal: AbortSignal;
  /** How many pieces of text are paid for. */
  readonly textPiecesMax: number;
  /** How long a client may take nothing before it counts as gone. */
  readonly stallMs: number;
}

/** How long a provider may keep its connection open after it said that its answer is done. */
const LINGER_MS_MAX = 5_000;

/** The provider wrote more than it was asked for, and more than is paid for. */
export class HoldReached extends Error {
  override readonly name = 'HoldReached';
}

/**
 * Moves a stream from the provider to the client, no faster than the client reads. When the client goes away, the rest
 * is read without being written, until it ends or the signal says so.
 *
 * @returns why the stream broke off after it began; undefined when it ended by itself.
 * @throws UpstreamFailure when it broke off, or reported an error, before anything was written to the client.
 */
export function pumpStream(pump: Pump): Promise<Error | undefined> {
  return new Promise((resolve, reject) => {
    const { body, chat, exchange, signal } = pump;
    let hasBegun = false;
    let stall: NodeJS.Timeout | undefined;
    let linger: NodeJS.Timeout | undefined;

    const finish = (failure?: Error): void => {
      clearTimeout(stall);
      clearTimeout(linger);
      stopListening();
      signal.removeEventListener('abort', giveUp);
      if (hasBegun || exchange.isDisconnected) return resolve(failure);
      reject(failure ?? new UpstreamFailure('broken', 'The provider ended its answer before it began.'));
    };
    const giveUp = (): void => {
      body.cut();
      finish(new UpstreamFailure('broken', 'The client went away, and the rest of the answer was given up.'));
    };
    const stopListening = exchange.onDisconnect(() => {
      clearTimeout(stall);
      body.resume();
    });
    const waitForClient = (): void => {
      body.pause();
      stall = setTimeout(() => exchange.destroy(), pump.stallMs);
      exchange.onDrain(() => {
        clearTimeout(stall);
        body.resume();
      });
    };

    signal.addEventListener('abort', giveUp, { once: true });
    body.read({
      chunk: (data) => {
        if (linger) return;
        let events: Buffer;
        try {
          events = chat.push(data);
        } catch (error) {
          body.cut();
          finish(new UpstreamFailure('broken', (error as Error).message));
          return;
        }
        if (events.length > 0) passOn(events);
        if (chat.isDone && hasBegun) {
          // The client need not wait for the provider to end; but the connection can be used again only if it does.
          finish();
          body.resume();
          linger = setTimeout(() => body.cut(), LINGER_MS_MAX).unref();
        }
      },
      end: () => finish(),
      fail: finish,
    });

    function passOn(events: Buffer): void {
      if (!hasBegun) {
        // What the model wrote before it failed may have come in the same piece: that is delivered, and billed.
        if (chat.isFailed && chat.textPieces === 0) {
          body.cut();
          finish(new UpstreamFailure('broken', 'The provider reported an error instead of an answer.'));
          return;
        }
        hasBegun = true;
        pump.begin();
      }
      if (!exchange.write(events)) waitForClient();
      if (chat.textPieces > pump.textPiecesMax) {
        body.cut();
        finish(new HoldReached('The answer is longer than what was held for it.'));
      }
    }
  });
}
