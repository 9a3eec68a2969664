import { cleanEnv, EnvMissingError, type ValidatorSpec } from 'envalid';
import { noteSettings } from './known-settings.js';

/** A setting that cannot be used. The message is for a person at a terminal and names every setting that is wrong. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

type Specs = Record<string, ValidatorSpec<unknown>>;
type SettingsOf<S extends Specs> = {
  readonly [Name in keyof S]: S[Name] extends ValidatorSpec<infer Value> ? Value : never;
};

/**
 * Reads settings from the environment and checks every one of them before anything starts. An empty variable counts as
 * unset: container platforms cannot always leave one out.
 *
 * @param service what reads them, as operators are told; `all` when absent.
 * @throws SettingsError naming each setting that is missing or unusable, and what it should be.
 */
export function readSettings<S extends Specs>(
  specs: S,
  environment: NodeJS.ProcessEnv = process.env,
  service = 'all',
): SettingsOf<S> {
  if (environment === process.env) noteSettings(specs, service);
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const settings = cleanEnv(given, specs, {
    reporter: ({ errors }) => {
      const problems = Object.entries(errors).map(([name, error]) => describe(name, error as Error, specs));
      if (problems.length > 0) throw new SettingsError(problems.join('; '));
    },
  });
  return { ...settings } as SettingsOf<S>;
}

function describe(name: string, error: Error, specs: Specs): string {
  const purpose = specs[name]?.desc ? ` (${specs[name].desc})` : '';
  if (error instanceof EnvMissingError) return `${name} is not set${purpose}`;
  return `${name} cannot be used: ${error.message}${purpose}`;
}
