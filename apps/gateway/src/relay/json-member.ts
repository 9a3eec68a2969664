const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const COMMA = 0x2c;
const LAST_SPACE = 0x20;

/** Where the value of a member stands in the bytes of its object. */
export interface MemberRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/**
 * Finds a member of a JSON object in its bytes, without looking into other members' values. With it a body is changed in
 * one place and passed on otherwise as it came: writing it anew would round large numbers and drop what JavaScript does
 * not keep.
 *
 * The text must be valid JSON. Where a name occurs twice the last one counts, as in JSON.parse.
 *
 * @param from where the object begins, or white space before it.
 */
export function findMember(json: Buffer, name: string, from = 0): MemberRange | undefined {
  let found: MemberRange | undefined;
  let position = skipSpace(json, from);
  if (json[position] !== OPENING_BRACE) return undefined;
  position = skipSpace(json, position + 1);
  while (json[position] === QUOTE) {
    const nameEnd = endOfString(json, position);
    const isWanted = nameEquals(json, position, nameEnd, name);
    position = skipSpace(json, nameEnd);
    if (json[position] !== COLON) return found;
    const start = skipSpace(json, position + 1);
    const end = endOfValue(json, start);
    if (isWanted) found = { start, end };
    position = skipSpace(json, end);
    if (json[position] !== COMMA) return found;
    position = skipSpace(json, position + 1);
  }
  return found;
}

/** The object with `member` (`"name":value`) as its first member. The object must begin at `from`. */
export function withFirstMember(json: Buffer, member: string, from = 0): Buffer {
  const inside = skipSpace(json, from) + 1;
  const isEmpty = json[skipSpace(json, inside)] === CLOSING_BRACE;
  return splice(json, { start: inside, end: inside }, isEmpty ? member : `${member},`);
}

/** The bytes with a range of them replaced. */
export function splice(json: Buffer, range: MemberRange, replacement: string): Buffer {
  const end = range.start + Buffer.byteLength(replacement);
  const changed = Buffer.allocUnsafe(end + json.length - range.end);
  json.copy(changed, 0, 0, range.start);
  changed.write(replacement, range.start);
  json.copy(changed, end, range.end);
  return changed;
}

function skipSpace(json: Buffer, from: number): number {
  let position = from;
  // Only space, tab and line breaks are this low in valid JSON between its tokens; a byte order mark is passed over too.
  while (position < json.length && ((json[position] as number) <= LAST_SPACE || isByteOrderMark(json, position))) {
    position += 1;
  }
  return position;
}

function isByteOrderMark(json: Buffer, position: number): boolean {
  return position < 3 && json[0] === 0xef && json[1] === 0xbb && json[2] === 0xbf;
}

function nameEquals(json: Buffer, quote: number, end: number, name: string): boolean {
  const raw = json.toString('utf8', quote, end);
  return raw.includes('\\') ? JSON.parse(raw) === name : raw === `"${name}"`;
}

function endOfValue(json: Buffer, start: number): number {
  const first = json[start];
  if (first === QUOTE) return endOfString(json, start);
  if (first === OPENING_BRACE || first === OPENING_BRACKET) return endOfContainer(json, start);
  let position = start;
  while (position < json.length && !isDelimiter(json[position] as number)) position += 1;
  return position;
}

function isDelimiter(byte: number): boolean {
  return byte === COMMA || byte === CLOSING_BRACE || byte === CLOSING_BRACKET || byte <= LAST_SPACE;
}

function endOfContainer(json: Buffer, start: number): number {
  let depth = 0;
  let position = start;
  while (position < json.length) {
    const byte = json[position];
    if (byte === QUOTE) {
      position = endOfString(json, position);
      continue;
    }
    if (byte === OPENING_BRACE || byte === OPENING_BRACKET) depth += 1;
    if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) depth -= 1;
    position += 1;
    if (depth === 0) return position;
  }
  return position;
}

/** After the closing quote. The search for quotes runs in native code, so a prompt of a megabyte costs little. */
function endOfString(json: Buffer, openingQuote: number): number {
  let quote = openingQuote;
  for (;;) {
    quote = json.indexOf(QUOTE, quote + 1);
    if (quote === -1) return json.length;
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
}
