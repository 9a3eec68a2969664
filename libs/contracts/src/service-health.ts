import { defineRequest, type RequestContract } from './message.js';

/** What a process says of itself and of what it depends on: `ok`, or what fails, by name. */
export type ServiceChecks = Readonly<Record<string, string>>;

/** The services that are processes of their own in the distributed form. */
export const SERVICE_NAMES = ['gateway', 'pricing', 'quota', 'usage-log'] as const;

/** Asks one process of a service how it is. */
export function healthOf(service: string): RequestContract<Record<string, never>, ServiceChecks> {
  return defineRequest(`health.${service}`);
}
