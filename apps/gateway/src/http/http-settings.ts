import { str } from 'envalid';
import { readSettings } from '@code-router/config';
import { RelaySettings } from '../relay/relay-settings.js';
import type { GatewayHttpOptions } from './gateway-adapter.js';
import { trustedProxies } from './trusted-proxies.js';
import { webAppDirectory } from './web-app.js';

const specs = {
  CODE_ROUTER_TRUST_PROXY: trustedProxies({
    default: false,
    desc: 'whose x-forwarded-for, -proto and -host are believed: false, how many proxies stand before the gateway, their addresses and networks, or true only behind a proxy that overwrites them',
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
