/** What the headers of a response tell about a limit, beside its state. */
export interface LimitPolicy {
  readonly name: string;
  readonly windowMs: number;
}
