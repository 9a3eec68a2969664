import { bool } from 'envalid';
import { readSettings } from '@code-router/config';
import { RelaySettings } from '../relay/relay-settings.js';
import type { GatewayHttpOptions } from './gateway-adapter.js';

const specs = {
  CODE_ROUTER_TRUST_PROXY: bool({
    default: false,
    desc: 'whether x-forwarded-for names the client: true only behind a proxy that sets it, since anybody can send it',
  }),
} as const;

/** @throws SettingsError */
export function readHttpOptions(environment: NodeJS.ProcessEnv = process.env): GatewayHttpOptions {
  const { bodyLimitBytes } = new RelaySettings(environment);
  return { bodyLimitBytes, trustProxy: readSettings(specs, environment).CODE_ROUTER_TRUST_PROXY };
}
