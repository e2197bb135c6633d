/** How many connections may be open at once. */
export interface ConnectionLimits {
  readonly perUser: number;
  /** For each IPv4 address or IPv6 /64. */
  readonly perAddress: number;
}

export type OpenConnections = ReturnType<typeof createOpenConnections>;

/** Counts the open connections of each user and of each address, and refuses one too many. */
export function createOpenConnections({ perUser, perAddress }: ConnectionLimits) {
  const users = createCounts();
  const addresses = createCounts();

  return {
    /** @returns whose places are all taken, or what gives the place back; a second call does nothing. */
    take(user: string, address: string): "user" | "ip" | (() => void) {
      if (users.count(user) >= perUser) return "user";
      if (addresses.count(address) >= perAddress) return "ip";
      users.add(user, 1);
      addresses.add(address, 1);
      let taken = true;
      return function leave() {
        if (!taken) return;
        taken = false;
        users.add(user, -1);
        addresses.add(address, -1);
      };
    },
  };
}

/** Forgets who has none, so that it never grows beyond what is open. */
function createCounts() {
  const counts = new Map<string, number>();
  const count = (key: string) => counts.get(key) ?? 0;
  return {
    count,
    add(key: string, change: 1 | -1): void {
      const now = count(key) + change;
      if (now > 0) counts.set(key, now);
      else counts.delete(key);
    },
  };
}
