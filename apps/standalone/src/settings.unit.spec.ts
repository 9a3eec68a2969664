import { describe, expect, it } from '@jest/globals';
import { readSettings } from '@code-router/config';
import { localSettings } from './settings.js';

const read = (environment: NodeJS.ProcessEnv) => readSettings(localSettings, environment);

describe('the settings of the forms that run on one machine', () => {
  it.each([
    ['PORT', 'many'],
    ['PORT', '65536'],
    ['NATS_URL', 'http://127.0.0.1:4222'],
    ['REDIS_URL', '127.0.0.1:6379'],
    ['DATABASE_URL', 'mysql://127.0.0.1/code_router'],
    ['LOG_LEVEL', 'loud'],
  ])('cannot have %s=%s: the error names it', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(new RegExp(`^${name} cannot be used: `));
  });

  it('are named together when several are wrong', () => {
    const wrong = () => read({ PORT: 'many', LOG_LEVEL: 'loud' });
    expect(wrong).toThrow(/PORT cannot be used: /);
    expect(wrong).toThrow(/LOG_LEVEL cannot be used: /);
  });

  it('need none to be set; an empty one is not set', () => {
    expect(read({ PORT: '', LOG_LEVEL: '' })).toMatchObject({ PORT: 3000, HOST: '127.0.0.1', LOG_LEVEL: 'info' });
  });
});
