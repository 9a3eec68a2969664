import { afterAll, beforeAll } from '@jest/globals';
import { Operator } from '../operator.js';
import { startWeb, type RunningWeb } from '../running-web.js';

/** A started system with a browser, and its administrator at the API. */
export interface VisitingStage {
  readonly web: RunningWeb;
  readonly operator: Operator;
}

/** Starts it before the tests of the surrounding block, and stops it after. It can be used within tests only. */
export function setVisitingStage(environment: Readonly<Record<string, string>>): VisitingStage {
  let web: RunningWeb | undefined;
  let operator: Operator | undefined;

  beforeAll(async () => {
    web = await startWeb(environment);
    operator = await Operator.signIn(web.system);
  }, 180_000);

  afterAll(async () => {
    await web?.stop();
  });

  const part = <Part>(value: Part | undefined): Part => {
    if (value === undefined) throw new Error('The stage is set before the tests; this ran before them.');
    return value;
  };
  return {
    get web() {
      return part(web);
    },
    get operator() {
      return part(operator);
    },
  };
}
