import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ChildProgram } from '@code-router/testing';

const LOADER = fileURLToPath(new URL('../../../test/servers/typescript-loader.mjs', import.meta.url));
const MODULE = new URL('fault-point.ts', import.meta.url).href;

/** Passes `settlement.posted` three times and another point in between, and then ends by itself. */
const SCRIPT = `
  const { faultPoint } = await import(${JSON.stringify(MODULE)});
  for (let pass = 1; pass <= 3; pass += 1) {
    faultPoint('settlement.received');
    faultPoint('settlement.posted');
    process.stdout.write('passed ' + pass + '\\n');
  }
`;

async function run(faultPoint: string | undefined) {
  const program = await ChildProgram.start({
    name: 'the process',
    command: process.execPath,
    args: ['--import', LOADER, '--input-type=module', '-e', SCRIPT],
    environment: { CODE_ROUTER_FAULT_POINT: faultPoint },
  });
  const code = await program.ended;
  return { code, passed: program.lines.filter((line) => line.startsWith('passed')).length, lines: program.lines };
}

describe('a fault point', () => {
  it.each([undefined, ''])('does nothing when none is armed (%j)', async (armed) => {
    expect(await run(armed)).toMatchObject({ code: 0, passed: 3 });
  });

  it('ends the process at the pass that was asked for, at once and by a signal', async () => {
    expect(await run('settlement.posted:2')).toMatchObject({ code: null, passed: 1 });
  });

  it('leaves alone a process that passes it less often', async () => {
    expect(await run('settlement.posted:4')).toMatchObject({ code: 0, passed: 3 });
  });

  it.each(['settlement.posted', 'settlement.posted:0', 'nowhere:1'])('refuses what is no point: %s', async (armed) => {
    const { code, passed, lines } = await run(armed);
    expect({ code, passed }).toEqual({ code: 1, passed: 0 });
    expect(lines.join('\n')).toContain('CODE_ROUTER_FAULT_POINT');
  });
});
