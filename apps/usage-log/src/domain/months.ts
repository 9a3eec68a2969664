/** The start of the month that `moment` lies in, in UTC. */
export function monthOf(moment: Date): Date {
  return startOfMonth(moment.getUTCFullYear(), moment.getUTCMonth());
}

/** The start of the month so many months later, or earlier. */
export function monthAfter(month: Date, months: number): Date {
  return startOfMonth(month.getUTCFullYear(), month.getUTCMonth() + months);
}

/** `2026_03` for March 2026. */
export function monthText(moment: Date): string {
  const [year, month] = [moment.getUTCFullYear(), moment.getUTCMonth() + 1];
  return `${String(year).padStart(4, '0')}_${String(month).padStart(2, '0')}`;
}

function startOfMonth(year: number, month: number): Date {
  const start = new Date(0);
  // Date.UTC takes the years below 100 for those of the twentieth century.
  start.setUTCFullYear(year, month, 1);
  return start;
}
