import type { UsageEvent } from '@code-router/contracts';

/** In which form a consumer gets events. */
export interface EventForm<Event> {
  /** An event as it was published. @throws when it is none. */
  readonly fromBody: (body: Uint8Array) => Event;
  /** The same from a log that keeps texts. @throws when it is none. */
  readonly fromText: (text: string) => Event;
  /** Whether it is an event at all, whatever is in it. */
  readonly isEvent: (event: Event) => boolean;
  /** By what an event is known when it comes again. */
  readonly keyOf: (event: Event) => string;
}

/** For those who look at what happened. */
export const READ_EVENTS: EventForm<UsageEvent> = {
  fromBody: (body) => JSON.parse(textOf(body)) as UsageEvent,
  fromText: (text) => JSON.parse(text) as UsageEvent,
  isEvent: (event) => typeof event === 'object' && event !== null,
  // Whoever publishes may have forgotten the id.
  keyOf: (event) => (typeof event.id === 'string' ? event.id : JSON.stringify(event)),
};

/** For those who pass events on: as they were published, whatever that is. */
export const EVENT_BODIES: EventForm<Uint8Array> = {
  fromBody: (body) => body,
  fromText: (text) => Buffer.from(text),
  isEvent: () => true,
  keyOf: textOf,
};

function textOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}
