import { str } from 'envalid';
import { port, sharedSettings } from '@code-router/config';

/** What the forms that run on one machine read; each service reads settings of its own besides. */
export const localSettings = {
  ...sharedSettings,
  CODE_ROUTER_DATA_DIR: str({ default: './data', desc: 'where data and generated secrets are kept' }),
  PORT: port({ default: 3000, desc: 'where HTTP is served' }),
  HOST: str({ default: '127.0.0.1', desc: 'the address that is listened on; 0.0.0.0 for every one of this machine' }),
  CODE_ROUTER_ADMIN_PASSWORD: str({
    default: undefined,
    desc: 'the first password of the administrator; unset: generated and shown once',
  }),
  CODE_ROUTER_ENCRYPTION_KEY: str({
    default: undefined,
    desc: '32 bytes in base64 that encrypt the keys of providers; unset: generated into the data directory',
  }),
  OPENAI_API_KEY: str({ default: undefined, desc: 'becomes a channel to OpenAI' }),
  OPENAI_BASE_URL: str({
    default: 'https://api.openai.com/v1',
    desc: 'where the channel of OPENAI_API_KEY leads: any API that speaks the dialect of OpenAI',
  }),
} as const;
