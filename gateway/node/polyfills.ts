/** What the gateway uses and Node 20 lacks; later ones have it themselves. */

Promise.withResolvers ??= function withResolvers<T>() {
  let settle: Pick<PromiseWithResolvers<T>, "resolve" | "reject"> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle } as PromiseWithResolvers<T>;
};

URL.parse ??= function parse(url, base) {
  return URL.canParse(url, base) ? new URL(url, base) : null;
};
