import type { DataDirectory } from '../data-directory/data-directory.js';
import { ADMINISTRATOR, isAdministratorPassword } from './administrator.js';
import { createDemo, isKnownKey } from './demo.js';
import type { Gateway } from './gateway.js';
import { keepOpenAiChannel } from './openai-channel.js';

export interface PreparationSettings {
  /** What the administrator's password is, if there was none before. */
  readonly administratorPassword: string | undefined;
  /** True when it was generated here, so that nobody knows it yet. */
  readonly passwordGenerated: boolean;
  readonly openAiApiKey: string | undefined;
  readonly openAiBaseUrl: string;
}

export interface Prepared {
  readonly demoKey: string;
  /** For the banner of the first start. */
  readonly administrator?: string | undefined;
}

const DEMO_KEY_FILE = 'demo-key';

/** Whether this data directory was used before; then the administrator has a password already. */
export async function isFirstStart(data: DataDirectory): Promise<boolean> {
  return (await data.readSecret(DEMO_KEY_FILE)) === undefined;
}

/** Sees to it that the line which the banner prints works. The second time it finds everything done. */
export async function prepare(gateway: Gateway, data: DataDirectory, settings: PreparationSettings): Promise<Prepared> {
  const firstStart = await isFirstStart(data);
  if (settings.openAiApiKey) await keepOpenAiChannel(gateway, settings.openAiApiKey, settings.openAiBaseUrl);
  return {
    demoKey: await demoKey(gateway, data),
    administrator: firstStart ? await administrator(gateway, data, settings) : undefined,
  };
}

async function demoKey(gateway: Gateway, data: DataDirectory): Promise<string> {
  const kept = await data.readSecret(DEMO_KEY_FILE);
  if (kept && (await isKnownKey(gateway, kept))) return kept;
  const made = await createDemo(gateway);
  await data.writeSecret(DEMO_KEY_FILE, made);
  return made;
}

async function administrator(
  { client }: Gateway,
  data: DataDirectory,
  { administratorPassword, passwordGenerated }: PreparationSettings,
): Promise<string> {
  if (!passwordGenerated) return `${ADMINISTRATOR}, with the password in CODE_ROUTER_ADMIN_PASSWORD`;
  if (administratorPassword && (await isAdministratorPassword(client, administratorPassword))) {
    return `${ADMINISTRATOR} / ${administratorPassword}   (shown only this once)`;
  }
  return (
    `${ADMINISTRATOR}, with the password that this database had before. If nobody knows it because the first start ` +
    `was interrupted, remove ${data.path} and start again.`
  );
}
