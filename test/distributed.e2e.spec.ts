import { describe } from '@jest/globals';
import { describeFaults } from './relay/faults.js';
import { describeRelay, RELAY_SETTINGS } from './relay/relay.js';
import { startBreakable } from './relay/stage/distributed-system.js';
import { describeServiceSettings } from './relay/service-settings.js';
import { setStage } from './relay/stage/stage.js';

/** What a process that was killed had in hand is taken by the next one after seconds. */
const HANDOVER_SETTINGS = { CODE_ROUTER_JOB_LOCK_SECONDS: '2', CODE_ROUTER_STREAM_ACK_SECONDS: '2' } as const;

describe('the distributed form', () => {
  const stage = setStage((onLine) =>
    startBreakable({ environment: { ...RELAY_SETTINGS, ...HANDOVER_SETTINGS }, onLine }),
  );
  describeRelay(stage, 'gateway');
  describeServiceSettings(stage);
  describeFaults(stage);
});
