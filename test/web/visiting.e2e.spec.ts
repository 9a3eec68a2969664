import { describeNewcomer } from './visiting/newcomer.js';
import { describePlayground } from './visiting/playground.js';
import { describePricing } from './visiting/pricing.js';
import { describeShell } from './visiting/shell.js';
import { setVisitingStage } from './visiting/visiting-stage.js';

const stage = setVisitingStage({ CODE_ROUTER_SIGN_UP: 'open', CODE_ROUTER_WELCOME_NANOS: '1000000000' });

describeShell(stage);
describeNewcomer(stage);
describePlayground(stage);
describePricing(stage);
