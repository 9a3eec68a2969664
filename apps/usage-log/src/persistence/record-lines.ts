import { COLUMNS, type RecordColumn } from './record-usage.sql.js';

const NAMES = Object.keys(COLUMNS) as readonly RecordColumn[];
const JSON_NAMES = NAMES.filter((name) => COLUMNS[name] === 'jsonb');

const NULL = String.raw`\N`;
const SPECIAL = /[\\\n\r\t]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': String.raw`\\`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
};

/**
 * A record as COPY reads it: a line, with the columns in the order of {@link COLUMNS} and tabs between them.
 *
 * @see https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2
 */
export function recordLine(row: Readonly<Record<RecordColumn, unknown>>): string {
  // Nearly every record is of plain text, which has nothing that would be taken for something else.
  const isPlain = row.is_plain === true && !JSON_NAMES.some((name) => hasBackslash(row[name]));
  const columns = NAMES.map((name) => (isPlain ? textOf(row[name]) : escaped(row[name])));
  return `${columns.join('\t')}\n`;
}

function hasBackslash(value: unknown): boolean {
  return typeof value === 'string' && value.includes('\\');
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? NULL : String(value);
}

function escaped(value: unknown): string {
  if (value === null || value === undefined) return NULL;
  return String(value).replaceAll(SPECIAL, (character) => ESCAPES[character] ?? character);
}
