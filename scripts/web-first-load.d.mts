export interface LoadedFile {
  readonly file: string;
  /** As Brotli. */
  readonly bytes: number;
}

export const FIRST_LOAD_BYTES_MAX: number;

/** Each file of JavaScript that a visitor of /pricing loads first, the largest first. */
export function firstLoad(build?: string): readonly LoadedFile[];
