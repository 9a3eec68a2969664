import { readdirSync, readFileSync } from 'node:fs';

/** Microseconds per clock tick of /proc/<pid>/stat: Linux shows 100 ticks a second on every architecture. */
const TICK_US = 10_000;

/** A process whose cost is measured, with all that it started when it is a server of many processes. */
export interface MeasuredProcess {
  readonly name: string;
  readonly pid: number;
  readonly withDescendants?: boolean;
}

/**
 * Microseconds of CPU, user and system, that the process has taken so far. Descendants that have ended are included when
 * descendants are: their parent has waited for them.
 */
export function cpuUs(measured: MeasuredProcess): number {
  return pidsOf(measured)
    .map((pid) => statOf(pid))
    .reduce((sum, stat) => sum + (stat ? stat.cpuUs + (measured.withDescendants ? stat.waitedForUs : 0) : 0), 0);
}

/** Microseconds of CPU that everything on the machine has taken so far, on all cores; what a hypervisor took included. */
export function machineCpuUs(): number {
  const ticks =
    /^cpu +(.+)$/m
      .exec(contentOf('/proc/stat') ?? '')?.[1]
      ?.split(' ')
      .map(Number) ?? [];
  // user, nice, system, idle, iowait, irq, softirq, steal
  return ticks.slice(0, 8).reduce((sum, count, field) => sum + (field === 3 || field === 4 ? 0 : count), 0) * TICK_US;
}

/** Memory that the process holds now. Of processes that share memory each counts its part. */
export function residentBytes(measured: MeasuredProcess): number {
  if (!measured.withDescendants) return fieldBytes(`/proc/${measured.pid}/status`, 'VmRSS');
  return pidsOf(measured).reduce((sum, pid) => sum + fieldBytes(`/proc/${pid}/smaps_rollup`, 'Pss'), 0);
}

/** The most memory that the process has held; for one with descendants, what they hold now. */
export function residentBytesMax(measured: MeasuredProcess): number {
  return measured.withDescendants ? residentBytes(measured) : fieldBytes(`/proc/${measured.pid}/status`, 'VmHWM');
}

/** The processes that a process started, and those that they started. */
export function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const parent = /^\d+$/.test(entry) ? statOf(Number(entry))?.parent : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const found = [pid];
  for (const parent of found) found.push(...(children.get(parent) ?? []));
  return found.slice(1);
}

function pidsOf({ pid, withDescendants }: MeasuredProcess): number[] {
  return withDescendants ? [pid, ...descendantsOf(pid)] : [pid];
}

interface Stat {
  readonly parent: number;
  readonly cpuUs: number;
  readonly waitedForUs: number;
}

/** Undefined when the process has ended. @see proc_pid_stat(5) */
function statOf(pid: number): Stat | undefined {
  const line = contentOf(`/proc/${pid}/stat`);
  if (line === undefined) return undefined;
  // The name, in parentheses, may hold spaces. After it come the fields from the third on.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const ticks = (first: number): number => Number(fields[first - 3]) + Number(fields[first - 2]);
  return { parent: Number(fields[1]), cpuUs: ticks(14) * TICK_US, waitedForUs: ticks(16) * TICK_US };
}

function fieldBytes(path: string, field: string): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(contentOf(path) ?? '')?.[1];
  return Number(kilobytes ?? 0) * 1_024;
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It has ended.
    return undefined;
  }
}
