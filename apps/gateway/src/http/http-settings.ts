import { bool } from 'envalid';
import { readSettings } from '@code-router/config';
import { RelaySettings } from '../relay/relay-settings.js';
import type { GatewayHttpOptions } from './gateway-adapter.js';

const specs = {
  CODE_ROUTER_TRUST_PROXY: bool({
    default: false,
    desc: 'whether x-forwarded-for, -proto and -host are believed: true only behind a proxy that sets them',
  }),
} as const;

/** @throws SettingsError */
export function readHttpOptions(environment: NodeJS.ProcessEnv = process.env): GatewayHttpOptions {
  const { bodyLimitBytes } = new RelaySettings(environment);
  return { bodyLimitBytes, trustProxy: readSettings(specs, environment).CODE_ROUTER_TRUST_PROXY };
}
