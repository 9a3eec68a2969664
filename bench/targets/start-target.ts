import { startBareProxy } from './bare-proxy.js';
import { startCodeRouter } from './code-router.js';
import { startPortkey } from './portkey.js';
import type { Target, TargetName } from './target.js';
import type { Upstream } from './upstream.js';

/** @throws PortkeyMissing */
export async function startTarget(name: TargetName, upstream: Upstream): Promise<Target> {
  switch (name) {
    case 'direct':
      // It runs anyway, and is stopped by whoever started it.
      return { ...upstream, stop: async () => undefined };
    case 'bare proxy':
      return startBareProxy(upstream);
    case 'portkey':
      return startPortkey(upstream);
    case 'standalone':
    case 'distributed':
      return startCodeRouter(name, upstream);
    default:
      return unknownTarget(name);
  }
}

function unknownTarget(name: never): never {
  throw new RangeError(`Unknown target ${String(name)}`);
}
