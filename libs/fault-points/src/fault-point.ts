/** Where a process may be made to die on the way from an answer to its record, in the order of that way. */
export const FAULT_POINTS = [
  /** In quota: reservations are decided and what was admitted is held, committed; no gateway knows. */
  'reservation.decided',
  /** In the gateway: the settlement of an answer is made, and nobody has been told of it. */
  'settlement.made',
  /** In the gateway: the event log has the settlement, and its acknowledgement is not heard yet. */
  'settlement.published',
  /** In the gateway: the acknowledgement is heard; quota has not confirmed that it is posted. */
  'settlement.acknowledged',
  /** In quota: settlements were taken from the event log, and are not in the books. */
  'settlement.received',
  /** In quota: they are in the books, committed; neither the event log nor the gateways know. */
  'settlement.posted',
  /** In usage-log: events were taken from the log, and no job carries them. */
  'usage.received',
  /** In usage-log: a job carries them; the event log does not know. */
  'usage.enqueued',
  /** In its worker: the job is taken, and nothing is recorded. */
  'usage.taken',
  /** In its worker: the records are committed; the queue does not know. */
  'usage.recorded',
] as const;

export type FaultPoint = (typeof FAULT_POINTS)[number];

/** Names a fault point and the pass at which the process dies there, such as `settlement.posted:12`. For tests only. */
export const FAULT_POINT_VARIABLE = 'CODE_ROUTER_FAULT_POINT';

interface ArmedPoint {
  readonly name: FaultPoint;
  passesLeft: number;
}

const armed = readArmedPoint(process.env[FAULT_POINT_VARIABLE]);

/** Does nothing, unless the environment named this point when the process started: then the process kills itself here. */
export function faultPoint(name: FaultPoint): void {
  if (armed?.name !== name) return;
  armed.passesLeft -= 1;
  // No handler runs and no buffer is flushed: this is what a power cut or the kernel's memory killer leaves behind.
  if (armed.passesLeft === 0) process.kill(process.pid, 'SIGKILL');
}

/** @throws Error when the variable is set to something else than a point and a count: a fault that never comes proves nothing. */
function readArmedPoint(value: string | undefined): ArmedPoint | undefined {
  if (!value) return undefined;
  const [, given, passes] = /^([a-z.-]+):(\d{1,9})$/.exec(value) ?? [];
  const name = FAULT_POINTS.find((point) => point === given);
  if (name === undefined || Number(passes) < 1) {
    throw new Error(`${FAULT_POINT_VARIABLE} is "${value}"; expected <point>:<pass>, of ${FAULT_POINTS.join(', ')}`);
  }
  return { name, passesLeft: Number(passes) };
}
