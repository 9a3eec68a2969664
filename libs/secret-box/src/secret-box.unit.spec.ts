import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SettingsError } from '@code-router/config';
import { readEncryptionKey } from './encryption-key.js';
import { SecretBox, UnreadableSecret } from './secret-box.js';

const SECRET = 'sk-ünïcode-密钥';

describe('a sealed secret', () => {
  const box = new SecretBox(randomBytes(32));

  it('opens for its owner', () => {
    expect(box.open(box.seal(SECRET, 'channel-1'), 'channel-1')).toBe(SECRET);
  });

  it('does not show the secret, and never looks the same twice', () => {
    const [one, other] = [box.seal(SECRET, 'channel-1'), box.seal(SECRET, 'channel-1')];
    expect(one.includes(Buffer.from(SECRET))).toBe(false);
    expect(one.equals(other)).toBe(false);
  });

  it('does not open for another owner', () => {
    expect(() => box.open(box.seal(SECRET, 'channel-1'), 'channel-2')).toThrow(UnreadableSecret);
  });

  it('does not open under another key, and says that this is why', () => {
    const sealed = box.seal(SECRET, 'channel-1');
    expect(() => new SecretBox(randomBytes(32)).open(sealed, 'channel-1')).toThrow(/another encryption key/);
  });

  it('does not open when any of its bytes was changed, or it was cut short', () => {
    const sealed = box.seal(SECRET, 'channel-1');
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = changed[index]! ^ 1;
      expect(() => box.open(changed, 'channel-1')).toThrow(UnreadableSecret);
      expect(() => box.open(sealed.subarray(0, index), 'channel-1')).toThrow(UnreadableSecret);
    }
  });
});

describe('the encryption key', () => {
  const read = (value?: string) => readEncryptionKey(value === undefined ? {} : { CODE_ROUTER_ENCRYPTION_KEY: value });

  it('is 32 bytes in base64', () => {
    const key = randomBytes(32);
    expect(read(key.toString('base64'))).toEqual(key);
  });

  it.each([
    ['that is missing', undefined],
    ['that is empty', ''],
    ['of 16 bytes', randomBytes(16).toString('base64')],
    ['in hexadecimal', randomBytes(32).toString('hex')],
    ['with a typing error', `${randomBytes(32).toString('base64').slice(0, 20)}!${'A'.repeat(22)}=`],
  ])('%s is refused by the name of its setting', (_, value) => {
    expect(() => read(value)).toThrow(SettingsError);
    expect(() => read(value)).toThrow(/CODE_ROUTER_ENCRYPTION_KEY/);
  });

  it('is never shown in the refusal', () => {
    const nearly = randomBytes(31).toString('base64');
    let message = '';
    try {
      read(nearly);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toContain('openssl rand -base64 32');
    expect(message).not.toContain(nearly);
  });
});
