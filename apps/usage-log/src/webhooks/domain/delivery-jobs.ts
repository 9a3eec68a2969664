/** The work that waits to be done. What is lost of it is found again in the deliveries. */
export abstract class DeliveryJobs {
  /** One that waits already is not added again. */
  abstract addDeliveries(ids: readonly string[]): Promise<void>;
  abstract addReplay(id: string): Promise<void>;
}
