import { EnvError, makeValidator, str } from 'envalid';

/** A URL with one of the given schemes, for instance `nats://127.0.0.1:4222`. */
export const urlWithScheme = (schemes: readonly string[]) =>
  makeValidator<string>((value) => {
    if (!URL.canParse(value) || !schemes.includes(new URL(value).protocol.slice(0, -1))) {
      throw new EnvError(`expected a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`);
    }
    return value;
  });

/** A whole number within bounds. The unit belongs into the setting's name. */
export const wholeNumber = (bounds: { readonly min: number; readonly max: number }) =>
  makeValidator<number>((value) => {
    const parsed = Number(value);
    if (!Number.isInteger(parsed) || parsed < bounds.min || parsed > bounds.max) {
      throw new EnvError(`expected a whole number from ${bounds.min} to ${bounds.max}, got "${value}"`);
    }
    return parsed;
  });

export const port = wholeNumber({ min: 0, max: 65_535 });

/** The settings that every process reads. Each URL that is set moves one part from the embedded default to a server. */
export const sharedSettings = {
  DATABASE_URL: urlWithScheme(['postgres', 'postgresql'])({
    default: undefined,
    desc: 'PostgreSQL 15 or newer; unset: an embedded one, in the standalone form only',
  }),
  NATS_URL: urlWithScheme(['nats', 'tls'])({
    default: undefined,
    desc: 'NATS 2.9 or newer with JetStream; unset: in-process, in the standalone form only',
  }),
  REDIS_URL: urlWithScheme(['redis', 'rediss'])({
    default: undefined,
    desc: 'Redis 7 or Valkey for BullMQ; unset: BullMQ on PostgreSQL',
  }),
  LOG_LEVEL: str({
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const,
    default: 'info' as const,
    desc: 'the least important level that is logged',
  }),
} as const;
