import { startProgram } from './start-program.js';
import type { Target } from './target.js';
import type { Upstream } from './upstream.js';

export async function startBareProxy(upstream: Upstream): Promise<Target> {
  const { program, port } = await startProgram('bare-proxy', [upstream.url]);
  return {
    name: 'bare proxy',
    port,
    headers: { authorization: 'Bearer sk-bench' },
    edge: 'bare proxy',
    processes: [{ name: 'bare proxy', pid: program.pid }],
    stop: async () => void (await program.stop()),
  };
}
