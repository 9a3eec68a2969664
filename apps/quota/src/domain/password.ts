import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from 'node:crypto';
import { DomainError } from '@code-router/contracts';
import { Turns } from './turns.js';

/**
 * argon2id with 19 MiB, 2 passes and 1 lane: the first of the equivalent settings that OWASP recommends. Some 30 ms on a
 * server core.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
 */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const HASH_BYTES = 32;
const SALT_BYTES = 16;

/**
 * Hashes run on libuv's pool of four threads, which everything else of the process that waits for a disk or a name needs
 * as well: half of it is left to that, whoever tries passwords. What waits is done within seconds.
 */
const hashing = new Turns({ runningMax: 2, waitingMax: 100 });
const RETRY_AFTER_MS = 2_000;

/** NIST's least. */
export const PASSWORD_LENGTH_MIN = 8;

/** Nobody remembers a longer one; hashing megabytes would be a way to keep the service busy. */
export const PASSWORD_LENGTH_MAX = 1_000;

const PHC_FORM = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/**
 * Hashes a password with a new salt. The result names its own parameters, so that stronger ones can be chosen later.
 *
 * @throws DomainError `service_unavailable` when too many passwords are being hashed.
 * @see https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive({
    message: password,
    nonce: salt,
    memory: MEMORY_KIB,
    passes: PASSES,
    parallelism: LANES,
    tagLength: HASH_BYTES,
  });
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${phcBase64(salt)}$${phcBase64(hash)}`;
}

/**
 * @throws Error when the stored hash was not made by {@link hashPassword}.
 * @throws DomainError `service_unavailable` when too many passwords are being hashed.
 */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [, memory, passes, lanes, salt, hash] = PHC_FORM.exec(stored) ?? [];
  if (!memory || !passes || !lanes || !salt || !hash) throw new Error('a stored password hash is not an argon2id hash');
  const expected = Buffer.from(hash, 'base64');
  const actual = await derive({
    message: password,
    nonce: Buffer.from(salt, 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(lanes),
    tagLength: expected.length,
  });
  return timingSafeEqual(actual, expected);
}

function derive(parameters: Argon2Parameters): Promise<Buffer> {
  const hash = () =>
    new Promise<Buffer>((resolve, reject) => {
      argon2('argon2id', parameters, (error, result) => (error ? reject(error) : resolve(result)));
    });
  return hashing.take(hash, tooManyAtOnce);
}

function tooManyAtOnce(): DomainError {
  const message = 'Too many passwords are being checked at the moment. Please try again.';
  return new DomainError('service_unavailable', message, { retryAfterMs: RETRY_AFTER_MS });
}

/** Base64 without padding, as the PHC string format wants it. */
function phcBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
