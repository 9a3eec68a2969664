import type { OpenAPIObject } from '@nestjs/swagger';
import type { RunningConsole } from './running-console.js';

export interface Route {
  readonly method: string;
  /** As it is documented, `/api/accounts/{id}`. */
  readonly template: string;
}

/** Every route of the console's API, from its own documentation. */
export async function documentedRoutes(console: RunningConsole): Promise<readonly Route[]> {
  const { paths } = (await console.send<OpenAPIObject>('GET', '/api/docs-json', { token: null })).body;
  return Object.entries(paths).flatMap(([template, operations]) =>
    Object.keys(operations).map((method) => ({ method: method.toUpperCase(), template })),
  );
}

/** The path of a route, with these values where it has parameters, and with the id of nothing elsewhere. */
export function pathOf({ template }: Route, values: Readonly<Record<string, string>> = {}): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '00000000-0000-4000-8000-000000000000');
}

/** What one may ask without a session: to get one, and what everybody may see. */
export const OPEN: ReadonlySet<string> = new Set([
  'GET /api/auth/options',
  'POST /api/auth/sign-up',
  'POST /api/auth/login',
  'GET /api/auth/oidc/login',
  'GET /api/auth/oidc/callback',
  'GET /api/site',
  'GET /api/catalog',
  'GET /api/catalog/groups',
  'GET /api/catalog/models/by-name',
]);
