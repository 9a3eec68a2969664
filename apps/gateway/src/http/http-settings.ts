import { bool, str } from 'envalid';
import { readSettings } from '@code-router/config';
import { RelaySettings } from '../relay/relay-settings.js';
import type { GatewayHttpOptions } from './gateway-adapter.js';
import { webAppDirectory } from './web-app.js';

const specs = {
  CODE_ROUTER_TRUST_PROXY: bool({
    default: false,
    desc: 'whether x-forwarded-for, -proto and -host are believed: true only behind a proxy that sets them',
  }),
  CODE_ROUTER_WEB_DIR: str({
    default: undefined,
    desc: 'where the built web app lies; unset: where the build puts it',
  }),
} as const;

/** @throws SettingsError */
export function readHttpOptions(environment: NodeJS.ProcessEnv = process.env): GatewayHttpOptions {
  const { bodyLimitBytes } = new RelaySettings(environment);
  const settings = readSettings(specs, environment, 'gateway');
  return {
    bodyLimitBytes,
    trustProxy: settings.CODE_ROUTER_TRUST_PROXY,
    webAppDirectory: settings.CODE_ROUTER_WEB_DIR ?? webAppDirectory(),
  };
}
