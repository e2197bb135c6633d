import type { UserId } from "@parley/contracts/ids";
import type { ConnectionCounts, ConnectionLimits, PlaceResult } from "./connection-counts.ts";

/** Counts the connections of this process alone. */
export function createInProcessConnectionCounts({
  perUser,
  perAddress,
}: ConnectionLimits): ConnectionCounts {
  const users = createCounts();
  const addresses = createCounts();

  return {
    take(user: UserId, address: string): PlaceResult {
      if (users.count(user) >= perUser) return "user";
      if (addresses.count(address) >= perAddress) return "ip";
      users.add(user, 1);
      addresses.add(address, 1);
      let isTaken = true;
      return function release() {
        if (!isTaken) return;
        isTaken = false;
        users.add(user, -1);
        addresses.add(address, -1);
      };
    },
  };
}

/** Removes a key whose count is 0, so that the map never holds more than what is open. */
function createCounts() {
  const counts = new Map<string, number>();
  const count = (key: string) => counts.get(key) ?? 0;
  return {
    count,
    add(key: string, change: 1 | -1): void {
      const sum = count(key) + change;
      if (sum > 0) counts.set(key, sum);
      else counts.delete(key);
    },
  };
}
