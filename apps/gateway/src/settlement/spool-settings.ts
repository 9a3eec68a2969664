import { join } from 'node:path';
import { str } from 'envalid';
import { readSettings, wholeNumber } from '@code-router/config';

const specs = {
  CODE_ROUTER_DATA_DIR: str({ default: './data', desc: 'where data is kept' }),
  CODE_ROUTER_SPOOL_DIR: str({
    default: undefined,
    desc: 'where settlements are kept until they are in the books; unset: "spool" below CODE_ROUTER_DATA_DIR',
  }),
  CODE_ROUTER_SPOOL_BYTES_MAX: wholeNumber({ min: 16_384, max: 1_099_511_627_776 })({
    default: 1_073_741_824,
    desc: 'how large the settlements that are not yet in the books may grow before requests are refused, in bytes',
  }),
} as const;

/** Where a gateway keeps settlements, and how many. */
export class SpoolSettings {
  readonly directory: string;
  readonly bytesMax: number;

  constructor(environment: NodeJS.ProcessEnv = process.env) {
    const settings = readSettings(specs, environment);
    this.directory = settings.CODE_ROUTER_SPOOL_DIR ?? join(settings.CODE_ROUTER_DATA_DIR, 'spool');
    this.bytesMax = settings.CODE_ROUTER_SPOOL_BYTES_MAX;
  }
}
