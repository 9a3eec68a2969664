/** Tells whoever keeps quotes that they are void. */
export abstract class ChangeNotices {
  /** To be called after the change is committed: a cache that is filled again must read the new prices. */
  abstract changed(catalogVersion: number): void;
}
