/**
 * The largest amount of a grant, an overdraft, a key's quota or a single settlement: a thousand million credits. Far
 * beyond any bill, and far enough below 64 bits that no sum in the books can overflow.
 */
export const AMOUNT_NANOS_MAX = 1_000_000_000_000_000_000n;

/** The largest balance that grants may build up. */
export const BALANCE_NANOS_MAX = 4_000_000_000_000_000_000n;

/** The longest lease of a reservation: a day. */
export const LEASE_MS_MAX = 86_400_000;

/** The most requests at the same time that a key may be limited to. */
export const CONCURRENCY_MAX = 1_000_000;

export const NAME_LENGTH_MAX = 200;
export const NOTE_LENGTH_MAX = 1_000;

/** Attempts to log in under one name within {@link LOGIN_WINDOW_MS}, until one succeeds. */
export const LOGIN_ATTEMPTS_MAX = 10;
export const LOGIN_WINDOW_MS = 15 * 60_000;

/** How long a session lasts: half a day. */
export const SESSION_MS = 12 * 3_600_000;

/** The largest hold that may be asked for: what 64 bits can say. Hardly any account will have it, and then it is refused. */
export const RESERVATION_NANOS_MAX = 9_223_372_036_854_775_807n;

/** The most requests or tokens per minute that may be a limit, and the most tokens of one request. */
export const PER_MINUTE_MAX = 1_000_000_000;

export const ALLOWED_MODELS_MAX = 500;
export const ALLOWED_IPS_MAX = 200;

/** The longest period of a budget, in days. */
export const BUDGET_DAYS_MAX = 366;

/** The longest that an old secret may stay valid after a rotation: 90 days. */
export const OVERLAP_MS_MAX = 90 * 86_400_000;

/** The most characters of what a gateway tells about a request for the event of an orphan, as JSON. */
export const CONTEXT_LENGTH_MAX = 65_536;
