import { isUuid, Problems } from '@code-router/input';
import { parseNanos } from '@code-router/money';
import { NAME_LENGTH_MAX } from './limits.js';
import { PASSWORD_LENGTH_MAX } from './password.js';

/** Inclusive. */
export interface Bounds<Value> {
  readonly min: Value;
  readonly max: Value;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

const TIME_ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/** NUL cannot be stored by PostgreSQL; the others make lists and logs unreadable. */
// oxlint-disable-next-line no-control-regex
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/;

/**
 * Reads the fields of a message, which may hold anything, and collects what is wrong with them, so that the caller
 * learns of every mistake at once. A field that is wrong reads as some valid value; {@link done} must be called before
 * any of them is used.
 */
export class InputChecks {
  private readonly problems = new Problems();

  /** @throws DomainError `invalid_request_error` naming everything that is wrong; see {@link Problems}. */
  done(): void {
    this.problems.throwIfAny();
  }

  refuse(field: string, problem: string): void {
    this.problems.expect(false, field, problem);
  }

  /** A UUID; in lower case, so that equal ids are equal texts. */
  uuid(field: string, value: unknown): string {
    if (isUuid(value)) return value.toLowerCase();
    this.refuse(field, 'must be a UUID');
    return '';
  }

  /** Something that people read and choose by: not empty, one line. */
  name(field: string, value: unknown, lengthMax = NAME_LENGTH_MAX): string {
    const text = this.text(field, value, lengthMax).trim();
    if (typeof value === 'string' && text === '') this.refuse(field, 'must not be empty');
    return text;
  }

  /** One line that may be empty. */
  text(field: string, value: unknown, lengthMax: number): string {
    if (typeof value !== 'string') this.refuse(field, 'must be a string');
    else if (value.length > lengthMax) this.refuse(field, `must have at most ${lengthMax} characters`);
    else if (CONTROL_CHARACTERS.test(value)) this.refuse(field, 'must not contain control characters');
    else return value;
    return '';
  }

  /** A password to log in with; of any length that could have been chosen. */
  password(field: string, value: unknown, lengthMin = 0): string {
    if (typeof value !== 'string') this.refuse(field, 'must be a string');
    else if (value.length < lengthMin) this.refuse(field, `must have at least ${lengthMin} characters`);
    else if (value.length > PASSWORD_LENGTH_MAX) {
      this.refuse(field, `must have at most ${PASSWORD_LENGTH_MAX} characters`);
    } else return value;
    return '';
  }

  /** Nanos as a decimal string. */
  nanos(field: string, value: unknown, bounds: Bounds<bigint>): bigint {
    if (typeof value !== 'string') {
      this.refuse(field, 'must be a whole number of nanos, as a decimal string');
      return 0n;
    }
    try {
      const nanos = parseNanos(value, field);
      if (nanos >= bounds.min && nanos <= bounds.max) return nanos;
    } catch {
      this.refuse(field, 'must be a whole number of nanos, as a decimal string of at most 64 bits');
      return 0n;
    }
    this.refuse(field, `must be from ${bounds.min} to ${bounds.max} nanos`);
    return 0n;
  }

  wholeNumber(field: string, value: unknown, bounds: Bounds<number>): number {
    if (Number.isInteger(value) && Number(value) >= bounds.min && Number(value) <= bounds.max) return Number(value);
    this.refuse(field, `must be a whole number from ${bounds.min} to ${bounds.max}`);
    return bounds.min;
  }

  flag(field: string, value: unknown): boolean {
    if (typeof value !== 'boolean') this.refuse(field, 'must be true or false');
    return value === true;
  }

  oneOf<Choice extends string>(field: string, value: unknown, choices: readonly Choice[]): Choice {
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) this.refuse(field, `must be one of ${choices.join(', ')}`);
    return choice ?? (choices[0] as Choice);
  }

  /** An instant in ISO 8601 with its offset from UTC. */
  instant(field: string, value: unknown): string {
    const time = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : undefined;
    if (time && !Number.isNaN(time.getTime())) return time.toISOString();
    this.refuse(field, 'must be a time in ISO 8601 with its offset, such as 2030-01-31T12:00:00Z');
    return '';
  }

  /** An IANA time zone by its name, such as Europe/Berlin; a fixed offset is none, since it knows no summer. */
  timeZone(field: string, value: unknown): string {
    if (typeof value === 'string' && TIME_ZONE.test(value)) {
      try {
        return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
      } catch {
        // There is no such zone.
      }
    }
    this.refuse(field, 'must be an IANA time zone, such as Europe/Berlin or UTC');
    return 'UTC';
  }

  /** Several of the same, at least one, without repeats. */
  list<Item>(field: string, value: unknown, countMax: number, read: (field: string, item: unknown) => Item): Item[] {
    if (!Array.isArray(value) || value.length === 0 || value.length > countMax) {
      this.refuse(field, `must be an array of 1 to ${countMax} items, or null for no limit`);
      return [];
    }
    return [...new Set(value.map((item, index) => read(`${field}[${index}]`, item)))];
  }

  /** Refuses an update that changes nothing: most likely its fields are misspelt. */
  someOf(changes: object): void {
    if (Object.values(changes).every((value) => value === undefined)) {
      this.refuse('request', `must change something: ${Object.keys(changes).join(', ')}`);
    }
  }

  /** Reads a field that may be absent. */
  optional<Value>(value: unknown, read: (value: unknown) => Value): Value | undefined {
    return value === undefined ? undefined : read(value);
  }

  /** Reads a field that may be absent, or null, which means none. */
  nullable<Value>(value: unknown, read: (value: unknown) => Value): Value | null | undefined {
    return value === undefined || value === null ? value : read(value);
  }
}
