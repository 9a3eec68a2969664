import { readSettings, wholeNumber } from '@code-router/config';

const specs = {
  CODE_ROUTER_KEY_REFUSED_MS: wholeNumber({ min: 1, max: 3_600_000 })({
    default: 300_000,
    desc: 'how long a key of a channel rests when its provider refuses it, in milliseconds; doubled with every refusal',
  }),
} as const;

/** How keys of channels are treated. */
export class RoutingSettings {
  readonly keyRefusedMs: number;

  constructor(environment: NodeJS.ProcessEnv = process.env) {
    this.keyRefusedMs = readSettings(specs, environment, 'gateway').CODE_ROUTER_KEY_REFUSED_MS;
  }
}
