import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * The form of a key's secret: `sk-cr-`, then 32 random base62 characters (190 bits), then the CRC32 of everything before
 * it in 6 base62 characters. Some clients insist on `sk-`. The recognisable start lets secret scanners find leaked keys;
 * the checksum lets a mistyped key be refused without asking the database, and scanners drop false finds.
 *
 * @see https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 */
const KEY_START = 'sk-cr-';
const RANDOM_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
const KEY_FORM = new RegExp(`^${KEY_START}[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);

/** The characters of {@link apiKeyPrefix}: the constant start and 6 random ones, which leaves 154 secret bits. */
const SHOWN_LENGTH = KEY_START.length + 6;

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Makes a new secret from the operating system's random source. */
export function generateApiKey(): string {
  const body = KEY_START + randomBase62(RANDOM_LENGTH);
  return body + checksum(body);
}

/** Whether the text has the form of a key and its checksum fits. Says nothing about whether the key exists. */
export function isWellFormedApiKey(text: string): boolean {
  return KEY_FORM.test(text) && checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);
}

/**
 * What is stored in place of the secret: SHA-256 in lower-case hexadecimal. A slow password hash would protect nothing
 * more, since 190 random bits cannot be guessed, and would cost every relay request.
 */
export function hashApiKey(text: string): string {
  return hash('sha256', text, 'hex');
}

/** The first characters of a secret: enough for its holder to recognise it by, too few to help anybody guess it. */
export function apiKeyPrefix(text: string): string {
  return text.slice(0, SHOWN_LENGTH);
}

function checksum(body: string): string {
  let rest = crc32(body);
  let digits = '';
  for (let place = 0; place < CHECKSUM_LENGTH; place += 1) {
    digits = BASE62.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** Bytes of 248 and above are thrown away: with them the first characters of the alphabet would come up more often. */
function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += BASE62.charAt(byte % 62);
    }
  }
  return text;
}
