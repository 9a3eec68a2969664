import { readFileSync } from 'node:fs';

/** Where CPU time went, in microseconds, by function or by package. */
export type TimeByName = readonly (readonly [name: string, us: number])[];

export interface ProfileSummary {
  /** Time in which the process did something. */
  readonly busyUs: number;
  /** Time in the function itself. */
  readonly self: TimeByName;
  /** Self time of a package's functions, of Node's, or of one of the project's folders. */
  readonly byPackage: TimeByName;
  /** Time in the project's own functions, with all that they call. */
  readonly inclusive: TimeByName;
}

/** What `node --cpu-prof` writes. @see https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
  /** Microseconds of the monotonic clock. */
  readonly startTime: number;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

const IDLE = new Set(['(idle)', '(root)']);

/** Sums up the samples of a profile that were taken in a stretch of the monotonic clock. */
export function summarizeProfile(path: string, fromUs: number, toUs: number): ProfileSummary {
  const profile = JSON.parse(readFileSync(path, 'utf8')) as CpuProfile;
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
  const selfOfNode = selfTimes(profile, fromUs, toUs);
  const [self, byPackage, inclusive] = [
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
  ];
  let busyUs = 0;
  for (const [id, us] of selfOfNode) {
    const node = nodes.get(id);
    if (!node || IDLE.has(node.callFrame.functionName)) continue;
    busyUs += us;
    add(self, describe(node), us);
    add(byPackage, packageOf(node), us);
    for (const name of projectFunctionsAbove(id, nodes, parents)) add(inclusive, name, us);
  }
  return { busyUs, self: ranked(self), byPackage: ranked(byPackage), inclusive: ranked(inclusive) };
}

function selfTimes({ samples, timeDeltas, startTime }: CpuProfile, fromUs: number, toUs: number): Map<number, number> {
  const times = new Map<number, number>();
  let at = startTime;
  samples.forEach((node, index) => {
    at += timeDeltas[index] ?? 0;
    // A sample stands for the time until the next one.
    if (at >= fromUs && at < toUs) times.set(node, (times.get(node) ?? 0) + (timeDeltas[index + 1] ?? 0));
  });
  return times;
}

/** Each once, however often it occurs on the stack. */
function projectFunctionsAbove(
  id: number,
  nodes: ReadonlyMap<number, ProfileNode>,
  parents: ReadonlyMap<number, number>,
): ReadonlySet<string> {
  const names = new Set<string>();
  for (let current: number | undefined = id; current !== undefined; current = parents.get(current)) {
    const node = nodes.get(current);
    if (node && isProject(node)) names.add(describe(node));
  }
  return names;
}

function isProject({ callFrame: { url } }: ProfileNode): boolean {
  return url.includes('/dist/') && !url.includes('/node_modules/');
}

function describe({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const place = url.replace(/^.*\/(?:dist|node_modules)\//, '');
  return place === '' ? functionName || '(program)' : `${functionName || '(anonymous)'} ${place}:${lineNumber + 1}`;
}

function packageOf(node: ProfileNode): string {
  const { url, functionName } = node.callFrame;
  const npm = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (npm) return npm;
  if (isProject(node)) return /\/dist\/((?:[^/]+\/){1,3})/.exec(url)?.[1]?.replace(/\/(?:src\/)?$/, '') ?? 'project';
  return url.startsWith('node:') ? 'node' : functionName || '(program)';
}

function add(times: Map<string, number>, name: string, us: number): void {
  times.set(name, (times.get(name) ?? 0) + us);
}

function ranked(times: ReadonlyMap<string, number>): TimeByName {
  return [...times].toSorted(([, first], [, second]) => second - first);
}
