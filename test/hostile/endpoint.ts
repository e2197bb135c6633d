/** Where somebody comes in, and as whom. */
export interface Door {
  readonly url: string;
  readonly token: string;
}
