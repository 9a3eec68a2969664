import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ChildProgram } from '@code-router/testing';

const PROGRAM = fileURLToPath(new URL('../dist/chaos/main.js', import.meta.url));
/** A minute and a half on an idle machine; the suite itself says by when everything must have recovered. */
const RUN_MS_MAX = 600_000;

describe('the short form of the chaos suite', () => {
  let program: ChildProgram | undefined;

  afterEach(async () => {
    await program?.stop(120_000);
  });

  it(
    'finds each request charged once for what was produced, whatever died, and finds what is spoiled on purpose',
    async () => {
      program = await ChildProgram.start({
        name: 'chaos',
        command: process.execPath,
        args: ['--enable-source-maps', PROGRAM, '--short', '--prove', '--seed', '1'],
        environment: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
      });
      const code = await program.ended;
      if (code !== 0) throw program.failure(`ended with the exit code ${code}`);
      const report = program.lines.join('\n');
      expect(report).toMatch(/^lost +0$/m);
      expect(report).toMatch(/^double +0$/m);
      expect(report).toMatch(/^after 'lose-one' +1 lost/m);
    },
    RUN_MS_MAX,
  );
});
