import type { ValidatorSpec } from 'envalid';

/** A setting that something in this process has read. */
export interface KnownSetting {
  readonly name: string;
  /** As it was set; null when it is not, and when it is secret. Passwords in URLs are left out. */
  readonly value: string | null;
  readonly isSet: boolean;
  readonly isSecret: boolean;
  /** Null when there is none. */
  readonly default: string | null;
  readonly description: string;
  /** What reads it: a service, or `all`. */
  readonly service: string;
}

interface Noted {
  readonly spec: ValidatorSpec<unknown>;
  readonly service: string;
}

/** The environment is one for the whole process, and so is what is known of it. */
const noted = new Map<string, Noted>();

/** Remembers what settings there are, for {@link knownSettings}. */
export function noteSettings(specs: Readonly<Record<string, ValidatorSpec<unknown>>>, service: string): void {
  for (const [name, spec] of Object.entries(specs)) {
    // Whoever names a service says more than whoever does not.
    if (service !== 'all' || !noted.has(name)) noted.set(name, { spec, service });
  }
}

/** Every setting that this process has read so far, by name, with no secret in it. */
export function knownSettings(environment: NodeJS.ProcessEnv = process.env): readonly KnownSetting[] {
  return [...noted]
    .map(([name, { spec, service }]) => {
      const given = environment[name] || undefined;
      const isSecret = isSecretName(name);
      return {
        name,
        value: given === undefined || isSecret ? null : withoutPassword(given),
        isSet: given !== undefined,
        isSecret,
        default: defaultOf(spec),
        description: spec.desc ?? '',
        service,
      };
    })
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** By its last word: `CODE_ROUTER_KEY_REFUSED_MS` is no key. */
function isSecretName(name: string): boolean {
  return /(PASSWORD|SECRET|TOKEN|KEY)$/.test(name);
}

/** What lies before the `@` of a URL, and in its query, may be a password. */
function withoutPassword(value: string): string {
  if (!URL.canParse(value)) return value;
  const url = new URL(value);
  if (url.host === '' || (url.username === '' && url.password === '' && url.search === '')) return value;
  // NATS takes a token in place of a name.
  url.username = '';
  url.password = '';
  url.search = '';
  return url.href;
}

function defaultOf({ default: value }: ValidatorSpec<unknown>): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'object') {
    return JSON.stringify(value, (_, entry: unknown) => (typeof entry === 'bigint' ? entry.toString() : entry));
  }
  return String(value);
}
