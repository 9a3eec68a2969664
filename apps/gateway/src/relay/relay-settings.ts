import { bool } from 'envalid';
import { readSettings, wholeNumber } from '@code-router/config';

const specs = {
  CODE_ROUTER_BODY_LIMIT_BYTES: wholeNumber({ min: 1_024, max: 1_073_741_824 })({
    default: 33_554_432,
    desc: 'the largest request body that is taken, in bytes',
  }),
  CODE_ROUTER_READ_ON_MS: wholeNumber({ min: 0, max: 600_000 })({
    default: 10_000,
    desc: 'how long an answer is read on after its client has gone, to learn its usage, in milliseconds',
  }),
  CODE_ROUTER_CLIENT_STALL_MS: wholeNumber({ min: 1_000, max: 3_600_000 })({
    default: 120_000,
    desc: 'how long a client may take nothing of its stream before it counts as gone, in milliseconds',
  }),
  CODE_ROUTER_LEASE_MS: wholeNumber({ min: 1_000, max: 3_600_000 })({
    default: 120_000,
    desc: 'how long the hold of a request lasts when its gateway dies, in milliseconds; extended twelve times as often',
  }),
  CODE_ROUTER_RECORD_CLIENT_IP: bool({
    default: true,
    desc: 'whether usage events, and the records made of them, have the IP addresses of clients',
  }),
} as const;

/** How the relay treats its clients. */
export class RelaySettings {
  readonly bodyLimitBytes: number;
  readonly readOnAfterDisconnectMs: number;
  readonly clientStallMs: number;
  /** How long a hold lasts when nothing more is heard of its request. */
  readonly leaseMs: number;
  readonly recordsClientIp: boolean;

  constructor(environment: NodeJS.ProcessEnv = process.env) {
    const settings = readSettings(specs, environment, 'gateway');
    this.bodyLimitBytes = settings.CODE_ROUTER_BODY_LIMIT_BYTES;
    this.readOnAfterDisconnectMs = settings.CODE_ROUTER_READ_ON_MS;
    this.clientStallMs = settings.CODE_ROUTER_CLIENT_STALL_MS;
    this.leaseMs = settings.CODE_ROUTER_LEASE_MS;
    this.recordsClientIp = settings.CODE_ROUTER_RECORD_CLIENT_IP;
  }
}
