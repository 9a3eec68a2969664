import { parse, CsvError } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { DomainError, type PriceListModel } from '@code-router/contracts';
import {
  creditsText,
  parseNanos,
  scaledDecimal,
  TOKEN_CLASSES,
  UNIT_CLASSES,
  type PriceTermsText,
  type RatesText,
  type TokenClass,
} from '@code-router/money';
import type { PriceListEntry } from '../domain/price-list-plan.js';
import { checkedEntries } from './json-list.js';

/**
 * Our own CSV: a line for each model, as spreadsheets take it. Amounts are credits, for a million tokens, a call or a
 * piece: spreadsheets keep "2.5" as it is, and would make 2.5E+09 of its nanos. Lists are separated by semicolons.
 * `visibleTo` is `*` for every group, and empty for none; tiers are written as
 * `200000: input=5; output=22.5 | 400000: input=10`. A column that is not there leaves its field as it is.
 */
const TEXTS = ['name', 'displayName', 'vendor', 'description'] as const;
const LISTS = ['tags', 'inputModalities', 'outputModalities', 'endpoints', 'aliases', 'visibleTo'] as const;
const COUNTS = ['contextWindow', 'maxOutputTokens'] as const;
const FLAGS = ['enabled', 'isPlaceholder'] as const;
const COLUMNS = [
  ...TEXTS,
  ...LISTS,
  ...COUNTS,
  ...FLAGS,
  ...TOKEN_CLASSES,
  'perCall',
  ...UNIT_CLASSES,
  'tiers',
] as const;
const AMOUNTS: readonly string[] = [...TOKEN_CLASSES, 'perCall', ...UNIT_CLASSES, 'tiers'];
const EVERYBODY = '*';
const CREDIT_PLACES = 9;

type Row = Readonly<Record<string, string>>;

/** @throws DomainError `invalid_request_error` naming everything that is wrong. */
export function readCsvList(text: string): readonly PriceListEntry[] {
  const rows = rowsOf(text);
  const models = rows.map((row, index) => {
    try {
      return modelOf(row);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // The header is the first line.
      throw refusal(`line ${index + 2}: ${error.message}`);
    }
  });
  return checkedEntries(models, (index) => `line ${index + 2}: `);
}

export function writeCsvList(models: readonly PriceListModel[]): string {
  const rows = models.map((model) => {
    const cells = rowOf(model);
    return COLUMNS.map((column) => guarded(cells[column] ?? ''));
  });
  return stringify([[...COLUMNS], ...rows]);
}

function rowsOf(text: string): readonly Row[] {
  try {
    const rows = parse<Row>(text, { bom: true, columns: knownColumns, skip_empty_lines: true, trim: true });
    return rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, unguarded(cell)])),
    );
  } catch (error) {
    if (error instanceof CsvError) throw refusal(`content is not CSV: ${error.message}`);
    throw error;
  }
}

function knownColumns(header: readonly string[]): string[] {
  const unknown = header.filter((column) => !(COLUMNS as readonly string[]).includes(column));
  if (unknown.length > 0) {
    throw refusal(`content has columns that are not known: ${unknown.join(', ')}. Known: ${COLUMNS.join(', ')}.`);
  }
  const missing = ['name', ...COUNTS].filter((column) => !header.includes(column));
  if (missing.length > 0) throw refusal(`content lacks the columns ${missing.join(', ')}.`);
  const repeated = header.find((column, index) => header.indexOf(column) !== index);
  if (repeated !== undefined) throw refusal(`content has the column ${repeated} twice.`);
  return [...header];
}

function rowOf(model: PriceListModel): Record<string, string> {
  const row: Record<string, string> = {};
  for (const field of TEXTS) row[field] = model[field] ?? '';
  for (const field of COUNTS) row[field] = String(model[field]);
  for (const field of FLAGS) row[field] = String(model[field] ?? field === 'enabled');
  for (const field of LISTS) row[field] = (model[field] ?? []).join('; ');
  if (model.visibleTo === null || model.visibleTo === undefined) row['visibleTo'] = EVERYBODY;
  const { terms } = model;
  if (!terms) return row;
  for (const [name, nanos] of Object.entries({ ...terms.rates, ...terms.units })) row[name] = credits(nanos);
  row['perCall'] = credits(terms.perCallNanos);
  row['tiers'] = terms.tiers
    .map(({ aboveInputTokens, rates }) => `${aboveInputTokens}: ${ratesText(rates)}`)
    .join(' | ');
  return row;
}

/** @throws RangeError when a cell does not hold what its column is for. */
function modelOf(row: Row): PriceListModel {
  const fields: Record<string, unknown> = {};
  for (const field of TEXTS) fields[field] = row[field];
  for (const field of LISTS) fields[field] = row[field] === undefined ? undefined : listOf(row[field]);
  // An empty cell of these cannot be meant: a model is named somehow, and reads and writes something.
  for (const field of ['displayName', 'inputModalities', 'outputModalities']) {
    if (row[field] === '') fields[field] = undefined;
  }
  if (row['visibleTo'] === EVERYBODY) fields['visibleTo'] = null;
  for (const field of COUNTS) fields[field] = countOf(row[field] ?? '', field);
  for (const field of FLAGS) fields[field] = row[field] === undefined ? undefined : flagOf(row[field], field);
  fields['terms'] = termsOf(row);
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as unknown as PriceListModel;
}

function termsOf(row: Row): PriceTermsText | undefined {
  if (AMOUNTS.every((column) => (row[column] ?? '') === '')) return undefined;
  const units = amountsOf(row, UNIT_CLASSES);
  return {
    rates: amountsOf(row, TOKEN_CLASSES),
    perCallNanos: nanosOf(row['perCall'] || '0', 'perCall'),
    tiers: tiersOf(row['tiers'] ?? ''),
    ...(Object.keys(units).length > 0 ? { units } : {}),
  };
}

function amountsOf<Name extends string>(row: Row, names: readonly Name[]): Partial<Record<Name, string>> {
  const amounts: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const cell = row[name] ?? '';
    if (cell !== '') amounts[name] = nanosOf(cell, name);
  }
  return amounts;
}

function tiersOf(cell: string): PriceTermsText['tiers'] {
  if (cell === '') return [];
  return cell.split('|').map((text) => {
    const [threshold = '', rates = ''] = text.split(':').map((part) => part.trim());
    return { aboveInputTokens: countOf(threshold, 'tiers'), rates: tierRatesOf(rates) };
  });
}

function tierRatesOf(text: string): RatesText {
  const rates: Partial<Record<TokenClass, string>> = {};
  for (const pair of text.split(';').filter((part) => part.trim() !== '')) {
    const [name = '', amount = ''] = pair.split('=').map((part) => part.trim());
    const tokenClass = TOKEN_CLASSES.find((known) => known === name);
    if (!tokenClass) throw new RangeError(`tiers: "${name}" is not one of ${TOKEN_CLASSES.join(', ')}`);
    rates[tokenClass] = nanosOf(amount, 'tiers');
  }
  return rates;
}

function ratesText(rates: RatesText): string {
  return Object.entries(rates)
    .map(([name, nanos]) => `${name}=${credits(nanos)}`)
    .join('; ');
}

function credits(nanos: string): string {
  return creditsText(parseNanos(nanos));
}

/** Spreadsheets write small numbers as 1E-09, which is as exact. */
function nanosOf(cell: string, column: string): string {
  const scaled = readDecimal(cell, column);
  if (!scaled.isExact) throw new RangeError(`${column} has more than nine places: "${cell}"`);
  return scaled.value.toString();
}

function readDecimal(cell: string, column: string) {
  try {
    return scaledDecimal(cell, CREDIT_PLACES);
  } catch (error) {
    throw new RangeError(`${column} ${(error as Error).message}`, { cause: error });
  }
}

function countOf(cell: string, column: string): number {
  if (!/^\d{1,9}$/.test(cell)) throw new RangeError(`${column} must be a whole number, got "${cell.slice(0, 80)}"`);
  return Number(cell);
}

/** Spreadsheets write TRUE and FALSE. */
function flagOf(cell: string, column: string): boolean {
  const flag = cell.toLowerCase();
  if (flag !== 'true' && flag !== 'false') throw new RangeError(`${column} must be true or false, got "${cell}"`);
  return flag === 'true';
}

function listOf(cell: string): string[] {
  return cell
    .split(';')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** What spreadsheets take for a formula when a cell begins with it, also behind apostrophes of ours. */
const FORMULA = /^'*[=+\-@\t\r]/;

/** A formula in somebody's description must not run in the spreadsheet of whoever opens the list. */
function guarded(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

function unguarded(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

function refusal(message: string): DomainError {
  return new DomainError('invalid_request_error', message, { param: 'content' });
}
