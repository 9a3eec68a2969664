/** Usage events that wait to be recorded. They are read one by one, and again if need be: nobody needs to have them all. */
export interface KeptEvents {
  readonly count: number;
  /** Text where there was no JSON. */
  read(): Iterable<unknown>;
}

export function keptEvents(events: readonly unknown[]): KeptEvents {
  return { count: events.length, read: () => events };
}
