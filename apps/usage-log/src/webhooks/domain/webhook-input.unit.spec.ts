import { describe, expect, it } from '@jest/globals';
import { webhookId } from './webhook-input.js';

const ID = '0190b3c1-6b1e-7c3a-9a52-0f5d3c2b1a09';

describe('the id of a webhook', () => {
  it.each([ID, ID.toUpperCase()])('is found in either case: %s', (text) => {
    expect(webhookId(text)).toBe(ID);
  });

  it.each(['', 'none', `${ID}0`, null, 5])('names none when it is no id: %j', (text) => {
    expect(() => webhookId(text)).toThrow(expect.objectContaining({ code: 'not_found' }));
  });
});
