import { runService } from '@code-router/service';
import { serveApiDocumentation } from './console/documentation/serve-api-documentation.js';
import { GatewayModule } from './gateway.module.js';
import { gatewayAdapter } from './http/gateway-adapter.js';
import { readHttpOptions } from './http/http-settings.js';

await runService({
  name: 'gateway',
  module: GatewayModule,
  portDefault: 3000,
  isPublic: true,
  createAdapter: () => gatewayAdapter(readHttpOptions()),
  configure: serveApiDocumentation,
});
