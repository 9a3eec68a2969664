import { describe, expect, it } from '@jest/globals';
import { readQuotaSettings } from './quota-settings.js';

describe('the first password of the administrator', () => {
  it('may be absent or empty, which is the same', () => {
    expect(readQuotaSettings({}).CODE_ROUTER_ADMIN_PASSWORD).toBeUndefined();
    expect(readQuotaSettings({ CODE_ROUTER_ADMIN_PASSWORD: '' }).CODE_ROUTER_ADMIN_PASSWORD).toBeUndefined();
  });

  it('has at least 8 characters, and is not printed when it has fewer', () => {
    expect(readQuotaSettings({ CODE_ROUTER_ADMIN_PASSWORD: '12345678' }).CODE_ROUTER_ADMIN_PASSWORD).toBe('12345678');
    const readShort = () => readQuotaSettings({ CODE_ROUTER_ADMIN_PASSWORD: 'hunter2' });
    expect(readShort).toThrow(/CODE_ROUTER_ADMIN_PASSWORD.*at least 8 characters/);
    expect(readShort).not.toThrow(/hunter2/);
  });
});
