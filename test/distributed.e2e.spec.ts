import { describe } from '@jest/globals';
import { describeFaults } from './relay/faults.js';
import { describeRelay, RELAY_SETTINGS } from './relay/relay.js';
import { startBreakable } from './relay/stage/distributed-system.js';
import { setStage } from './relay/stage/stage.js';

describe('the distributed form', () => {
  const stage = setStage((onLine) => startBreakable({ environment: RELAY_SETTINGS, onLine }));
  describeRelay(stage, 'gateway');
  describeFaults(stage);
});
