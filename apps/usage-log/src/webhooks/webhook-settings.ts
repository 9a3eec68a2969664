import { bool, EnvError, makeValidator } from 'envalid';
import { readSettings, wholeNumber } from '@code-router/config';

const RETRIES_MAX = 50;
const RETRY_SECONDS_MAX = 7 * 86_400;

/** Whole seconds, separated by commas. */
const listOfSeconds = makeValidator<readonly number[]>((text) => {
  const seconds = text.split(',').map(Number);
  const valid = seconds.every((value) => Number.isInteger(value) && value >= 1 && value <= RETRY_SECONDS_MAX);
  if (!valid || seconds.length > RETRIES_MAX) {
    throw new EnvError(`expected at most ${RETRIES_MAX} whole numbers from 1 to ${RETRY_SECONDS_MAX}, got "${text}"`);
  }
  return seconds;
});

/** Ten seconds, a minute, five, half an hour, one hour, two, four, six, ten: about 24 hours in all. */
const RETRY_SECONDS_DEFAULT = [10, 60, 300, 1_800, 3_600, 7_200, 14_400, 21_600, 36_000];

export const webhookSettings = {
  CODE_ROUTER_WEBHOOKS_ALLOW_PRIVATE: bool({
    default: false,
    desc: 'whether webhooks may lead to private addresses, and without TLS; only where administrators may see that network',
  }),
  CODE_ROUTER_WEBHOOKS_TIMEOUT_MS: wholeNumber({ min: 100, max: 60_000 })({
    default: 15_000,
    desc: 'how long an endpoint may take to answer, in milliseconds',
  }),
  CODE_ROUTER_WEBHOOKS_RETRY_SECONDS: listOfSeconds({
    default: RETRY_SECONDS_DEFAULT,
    desc: 'how long after each failure a webhook is tried again, in seconds, separated by commas; then it is given up',
  }),
  CODE_ROUTER_WEBHOOKS_RETENTION_DAYS: wholeNumber({ min: 1, max: 3_650 })({
    default: 30,
    desc: 'how long the log of deliveries is kept, in days',
  }),
} as const;

/** How webhooks are delivered; an injection token. */
export abstract class WebhookSettings {
  abstract readonly allowPrivate: boolean;
  abstract readonly timeoutMs: number;
  abstract readonly retryDelaysMs: readonly number[];
  abstract readonly retentionDays: number;
}

/** @throws SettingsError */
export function readWebhookSettings(environment: NodeJS.ProcessEnv = process.env): WebhookSettings {
  const settings = readSettings(webhookSettings, environment);
  return {
    allowPrivate: settings.CODE_ROUTER_WEBHOOKS_ALLOW_PRIVATE,
    timeoutMs: settings.CODE_ROUTER_WEBHOOKS_TIMEOUT_MS,
    retryDelaysMs: settings.CODE_ROUTER_WEBHOOKS_RETRY_SECONDS.map((seconds) => seconds * 1_000),
    retentionDays: settings.CODE_ROUTER_WEBHOOKS_RETENTION_DAYS,
  };
}
