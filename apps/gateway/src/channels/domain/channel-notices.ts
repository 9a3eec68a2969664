/** Tells every gateway that channels changed. */
export abstract class ChannelNotices {
  /** To be called after the change is committed: whoever reads the channels again must find the new ones. */
  abstract changed(): void;
}
