import type { OpenAPIObject } from '@nestjs/swagger';
import { ACCESS, type AccessRule } from './access-rules.js';
import type { RunningConsole } from './running-console.js';

export interface Route {
  /** `PATCH /api/accounts/{id}`, as it is documented. */
  readonly name: string;
  readonly method: string;
  readonly template: string;
  readonly rule: AccessRule;
}

/**
 * Every route of the console's API, from its own documentation.
 *
 * @throws Error naming those of which nobody has said who may use them.
 */
export async function documentedRoutes(console: RunningConsole): Promise<readonly Route[]> {
  const names = await documentedNames(console);
  const unruled = names.filter((name) => ACCESS[name] === undefined);
  if (unruled.length > 0) throw new Error(`access-rules.ts does not say who may use ${unruled.join(', ')}`);
  return names.map((name) => {
    const [method = '', template = ''] = name.split(' ');
    return { name, method, template, rule: ACCESS[name] as AccessRule };
  });
}

export async function documentedNames(console: RunningConsole): Promise<readonly string[]> {
  const { paths } = (await console.send<OpenAPIObject>('GET', '/api/docs-json', { token: null })).body;
  return Object.entries(paths).flatMap(([template, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${template}`),
  );
}

/** An id of nothing. */
export const NOTHING = '00000000-0000-4000-8000-000000000000';

/** The path of a route, with these values where it has parameters, and with the id of nothing elsewhere. */
export function pathOf({ template }: Route, values: Readonly<Record<string, string>> = {}): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? NOTHING);
}
