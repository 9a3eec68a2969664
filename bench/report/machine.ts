import { cpus, loadavg, totalmem } from 'node:os';

/** Above this, other work takes part of the cores, and throughput says little. */
const LOAD_QUIET_MAX = 0.5;

/** What the numbers were taken on, as it was when the run began. */
export function machineNotes(): readonly string[] {
  const [cpu] = cpus();
  const load = loadavg()[0] ?? 0;
  return [
    `${cpus().length} cores (${cpu?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`,
    `load when the run began: ${load.toFixed(2)}${load > LOAD_QUIET_MAX ? ' (NOT QUIET: compare CPU per request)' : ''}`,
  ];
}
