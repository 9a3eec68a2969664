import { runService } from '@code-router/service';
import { PricingModule } from './pricing.module.js';

await runService({ name: 'pricing', module: PricingModule, portDefault: 3001 });
