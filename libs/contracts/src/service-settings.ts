import { defineRequest, type RequestContract } from './message.js';

/** A setting that a process has read, as operators are told of it: no secret is in it. */
export interface ReportedSetting {
  /** The environment variable. */
  readonly name: string;
  /** As it was set; null when it is not, and when it is secret. Passwords in URLs are left out. */
  readonly value: string | null;
  readonly isSet: boolean;
  readonly isSecret: boolean;
  /** What counts when it is not set; null when nothing does. */
  readonly default: string | null;
  readonly description: string;
  /** What reads it: a service, or `all`. */
  readonly service: string;
}

export interface ReportedSettings {
  readonly settings: readonly ReportedSetting[];
}

/** Asks one process of a service what it was set up with. */
export function settingsOf(service: string): RequestContract<Record<string, never>, ReportedSettings> {
  return defineRequest(`settings.${service}`);
}
