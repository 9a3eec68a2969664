import { describe, expect, it } from '@jest/globals';
import { ChildProgram } from './child-program.js';

describe('ChildProgram', () => {
  const run = (script: string) =>
    ChildProgram.start({
      name: 'the program',
      command: process.execPath,
      args: ['-e', script],
      environment: { GIVEN: 'yes' },
    });

  it('sees only the environment that it was given', async () => {
    const program = await run('console.log(process.env.GIVEN, process.env.PATH)');
    await program.waitForLine(/^yes undefined$/, 10_000);
    expect(await program.ended).toBe(0);
  });

  it('repeats what was written last when it ends before it is ready', async () => {
    const program = await run('console.error("the reason"); process.exit(3)');
    await expect(program.waitForLine(/ready/, 10_000)).rejects.toThrow(/ended before it was ready[^]*the reason/);
  });

  it('kills what does not end when it is asked to', async () => {
    const program = await run('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("ready")');
    await program.waitForLine(/ready/, 10_000);
    expect(await program.stop(50)).toBeNull();
    expect(program.running).toBe(false);
  });

  it('says how to install a command that is missing', async () => {
    const starting = ChildProgram.start({
      name: 'the server',
      command: 'no-such-server',
      args: [],
      environment: {},
      installHint: 'the server is not installed. Install it.',
    });
    await expect(starting).rejects.toThrow('the server is not installed. Install it.');
  });
});
