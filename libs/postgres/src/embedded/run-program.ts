import { spawn } from 'node:child_process';

export interface ProgramResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

/** Who a program runs as. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** Runs a program to its end, as `account` when one is given. Never rejects: a program that is missing has code 127. */
export function runProgram(program: string, args: readonly string[], account?: RunAs): Promise<ProgramResult> {
  return new Promise((resolve) => {
    let output = '';
    // The root folder: the account may not enter the current one, and some programs then refuse to run.
    const child = spawn(program, args, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], ...account });
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}
