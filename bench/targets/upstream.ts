import { FINISH_IDLE_STREAMS_PATH } from '../load/chat-request.js';
import type { MeasuredProcess } from '../measure/proc.js';
import { startProgram } from './start-program.js';
import type { Target } from './target.js';

/** The mock upstream: what every target passes requests on to, and the target that the others are compared with. */
export interface Upstream extends Target {
  readonly name: 'direct';
  readonly url: string;
  readonly process: MeasuredProcess;
  /** Lets the streams go on that stopped after their first chunk. */
  finishIdleStreams(): Promise<void>;
}

export async function startUpstream(): Promise<Upstream> {
  const { program, port } = await startProgram('mock-upstream');
  const url = `http://127.0.0.1:${port}`;
  return {
    name: 'direct',
    port,
    url,
    headers: {},
    process: { name: 'upstream', pid: program.pid },
    processes: [],
    finishIdleStreams: async () => {
      await fetch(`${url}${FINISH_IDLE_STREAMS_PATH}`, { method: 'POST' });
    },
    stop: async () => void (await program.stop()),
  };
}
