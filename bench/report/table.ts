/** A Markdown table whose columns line up in a terminal as well. The first column is text, the others are numbers. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, column) => Math.max(...[head, ...rows.map((row) => row[column] ?? '')].map(width)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join(' | ')} |`;
  const rule = `| ${widths.map((size, column) => (column === 0 ? '-'.repeat(size) : `${'-'.repeat(size - 1)}:`)).join(' | ')} |`;
  return [line(heads), rule, ...rows.map((row) => line(row))].join('\n');
}

function width(text: string): number {
  return text.length;
}

function pad(text: string, size: number, column: number): string {
  return column === 0 ? text.padEnd(size) : text.padStart(size);
}
