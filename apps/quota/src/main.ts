import { runService } from '@code-router/service';
import { QuotaModule } from './quota.module.js';

await runService({ name: 'quota', module: QuotaModule, portDefault: 3002 });
