import { fileURLToPath } from 'node:url';
import { ChildProgram } from '@code-router/testing';

const READY_MS_MAX = 15_000;

/** Starts a program of the benchmark's own, and resolves when it listens. */
export async function startProgram(
  file: 'mock-upstream' | 'bare-proxy',
  args: readonly string[] = [],
): Promise<{ readonly program: ChildProgram; readonly port: number }> {
  const path = fileURLToPath(new URL(`../programs/${file}.js`, import.meta.url));
  const program = await ChildProgram.start({
    name: file,
    command: process.execPath,
    args: [path, ...args],
    environment: { PATH: process.env['PATH'] },
  });
  try {
    const listening = /^listening on (\d+)$/;
    await program.waitForLine(listening, READY_MS_MAX);
    const port = program.lines.map((line) => listening.exec(line)?.[1]).find((match) => match !== undefined);
    return { program, port: Number(port) };
  } catch (error) {
    await program.stop();
    throw error;
  }
}
