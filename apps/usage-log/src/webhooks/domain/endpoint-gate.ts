/** One delivery through, or when to ask again; or there are so many before it that nobody knows. */
export type Admission = { readonly leave: () => void } | { readonly askAgainAt: number } | { readonly isFull: true };

interface Endpoint {
  active: number;
  /** How long its attempts take, on a moving average, in milliseconds. */
  durationMs: number;
  /** When the last of those that were put off comes back. */
  lastReturnAt: number;
}

const DURATION_MS_AT_FIRST = 200;
/** How much one attempt changes the average. */
const WEIGHT = 0.2;
/** Nobody is put off longer: by then an endpoint may have become fast. */
const PUT_OFF_MS_MAX = 60_000;

/**
 * Lets only so many deliveries to one endpoint be under way in this process, so that one that is slow does not take the
 * places of all others. Those above it are put off one behind the other, at the pace at which the endpoint takes them:
 * coming back all at once, they would only be put off again. Nor do
 * all of a long backlog come back: so many are put off as the endpoint takes within a minute.
 */
export class EndpointGate {
  private readonly endpoints = new Map<string, Endpoint>();

  constructor(private readonly activeMax: number) {}

  /** @param now in milliseconds. */
  enter(id: string, now: number): Admission {
    const endpoint = this.endpoints.get(id) ?? { active: 0, durationMs: DURATION_MS_AT_FIRST, lastReturnAt: 0 };
    this.endpoints.set(id, endpoint);
    if (endpoint.active < this.activeMax) {
      endpoint.active += 1;
      return { leave: () => void (endpoint.active -= 1) };
    }
    const paceMs = endpoint.durationMs / this.activeMax;
    const returnAt = Math.max(endpoint.lastReturnAt, now + endpoint.durationMs / 2) + paceMs;
    if (returnAt > now + PUT_OFF_MS_MAX) return { isFull: true };
    endpoint.lastReturnAt = returnAt;
    return { askAgainAt: returnAt };
  }

  /** Notes how long an attempt took. */
  note(id: string, durationMs: number): void {
    const endpoint = this.endpoints.get(id);
    if (endpoint) endpoint.durationMs += WEIGHT * (durationMs - endpoint.durationMs);
  }

  /** Forgets the endpoints that nothing is under way to: there may once have been many. */
  forgetIdle(now: number): void {
    for (const [id, { active, lastReturnAt }] of this.endpoints) {
      if (active === 0 && lastReturnAt < now) this.endpoints.delete(id);
    }
  }
}
