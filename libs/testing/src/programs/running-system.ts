/** Code Router as a test or a benchmark started it: some form of it, ready for requests. */
export interface RunningSystem {
  /** `http://127.0.0.1:<port>`. */
  readonly baseUrl: string;
  /** Of the user `admin`. */
  readonly adminPassword: string;
  readonly databaseUrl: string;
  readonly natsUrl?: string;
  readonly redisUrl?: string;
  /** Where it keeps what must outlive its processes. */
  readonly dataDirectory: string;
  /** The pid of each of its own processes that runs now, by name; servers are not among them. */
  readonly processes: Readonly<Record<string, number>>;
  /** Ends one of its processes as a crash would, and resolves when it has ended. */
  kill(name: string): Promise<void>;
  /** Asks one of its processes to end in order, and resolves to its exit code; null when it had to be killed. */
  terminate(name: string): Promise<number | null>;
  /**
   * Starts a process again that has ended, with the address and the data of before; resolves when it is ready.
   *
   * @param settings of this start only.
   */
  restart(name: string, settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Ends everything, and removes the data unless its folder was given. */
  stop(): Promise<void>;
}

export interface SystemOptions {
  /** Kept afterwards; a temporary folder when absent. */
  readonly dataDirectory?: string;
  /** Settings of the processes, beside those that the form itself needs. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Hears every line that a process writes. */
  readonly onLine?: (process: string, line: string) => void;
}

export const ADMIN_PASSWORD = 'administrator-of-the-tests';
