/** What a field for a whole number holds: null when it is empty, for no limit. */
export function wholeOrNull(value: number | string): number | null {
  return value === '' ? null : Number(value);
}
