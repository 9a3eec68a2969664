/** What a field of the type `datetime-local` holds, as ISO 8601; null when it is empty. */
export function instantOfLocal(text: string): string | null {
  return text === '' ? null : new Date(text).toISOString();
}

/** The other way round: a moment as such a field takes it, in the reader's time zone. */
export function localOfInstant(moment: string | Date): string {
  const date = new Date(moment);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
