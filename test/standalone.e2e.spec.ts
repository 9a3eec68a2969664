import { describe } from '@jest/globals';
import { startStandalone } from '@code-router/testing';
import { describeRelay, RELAY_SETTINGS } from './relay/relay.js';
import { setStage } from './relay/stage/stage.js';
import { describeStartUp } from './relay/start-up.js';

describe('the standalone form', () => {
  const stage = setStage((onLine) => startStandalone({ environment: RELAY_SETTINGS, onLine }));
  describeRelay(stage, 'standalone');
  describeStartUp(stage);
});
