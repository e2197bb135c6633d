/** The gateway's URL and the token of an attacker. */
export interface Endpoint {
  readonly url: string;
  readonly token: string;
}
