import { EnvError, makeValidator } from 'envalid';
import { readSettings } from '@code-router/config';

const TOKEN_LENGTH_MIN = 16;

const token = makeValidator<string>((text) => {
  if (text.length < TOKEN_LENGTH_MIN || !/^[\x21-\x7e]+$/.test(text)) {
    throw new EnvError(`expected at least ${TOKEN_LENGTH_MIN} printable characters without spaces`);
  }
  return text;
});

const specs = {
  CODE_ROUTER_METRICS_TOKEN: token({
    default: undefined,
    desc: 'what Prometheus sends as bearer token; unset: the gateway answers this machine alone, the others anybody',
  }),
} as const;

/** Who may read the metrics; an injection token. */
export class MetricsAccess {
  readonly token: string | undefined;

  /**
   * @param isPublic whether the port is one that everybody reaches, as the gateway's is.
   * @throws SettingsError
   */
  constructor(
    readonly isPublic: boolean,
    environment: NodeJS.ProcessEnv = process.env,
  ) {
    this.token = readSettings(specs, environment).CODE_ROUTER_METRICS_TOKEN;
  }
}
