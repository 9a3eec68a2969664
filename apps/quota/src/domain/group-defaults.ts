import type { GroupLimits } from '@code-router/contracts';

/** What accounts are limited to because of the group that they are in. */
export abstract class GroupDefaults {
  /** Sets all limits of a group; one without any is forgotten. */
  abstract put(limits: GroupLimits): Promise<void>;

  /** By name. */
  abstract list(): Promise<readonly GroupLimits[]>;
}
