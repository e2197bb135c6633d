import type { Figures } from "../wrk.ts";
import type { Name } from "./contestants.ts";
import type { Costs } from "./count-costs.ts";

/** CPU microseconds a request of each process, and of the database's backends together. */
export interface Load extends Figures {
  readonly gateway: number;
  readonly server: number;
  readonly database: number;
}

const SUBJECTS: Readonly<Record<Name, string>> = {
  constant: "bare Hono, constant JSON",
  prepared: "bare Hono, two prepared selects",
  server: "the server itself",
  gateway: "through the gateway",
};
/** Lowest acceptable ratio to the requests a second of another. */
const GOALS: Readonly<Partial<Record<Name, { of: Name; ratio: number }>>> = {
  server: { of: "prepared", ratio: 0.7 },
  gateway: { of: "server", ratio: 0.7 },
};

/** Prints a line for each contestant on one route. */
export function report(
  path: string,
  loads: ReadonlyMap<Name, Load>,
  costs: ReadonlyMap<Name, Costs>,
): void {
  for (const [name, load] of loads) {
    const parts = [rateOf(load), cpuOf(load, name), costsOf(costs.get(name)), ratioOf(name, loads)];
    console.log(`reads, ${path}, ${SUBJECTS[name]}: ${parts.filter(Boolean).join("; ")}`);
  }
}

function rateOf({ perSecond, p99 }: Load): string {
  return `${Math.round(perSecond).toLocaleString("en")} requests/s, p99 ${p99.toFixed(1)} ms`;
}

function cpuOf({ gateway, server, database }: Load, name: Name): string {
  const ofGateway = name === "gateway" ? `gateway ${gateway.toFixed(0)}, ` : "";
  return `CPU µs a request: ${ofGateway}server ${server.toFixed(0)}, PostgreSQL ${database.toFixed(0)}`;
}

function costsOf(costs: Costs | undefined): string {
  if (!costs) return "";
  const { statements, parsed, server, gateway } = costs;
  return [
    `${statements.toFixed(1)} statements (${parsed.toFixed(1)} parsed)`,
    gateway && `writes of the gateway ${gateway.answers.toFixed(1)} to the caller`,
    gateway && `${gateway.others.toFixed(1)} to the server`,
    server && `writes of the server ${server.answers.toFixed(1)} to the caller`,
    server && `${server.others.toFixed(1)} to PostgreSQL`,
  ]
    .filter(Boolean)
    .join(", ");
}

function ratioOf(name: Name, loads: ReadonlyMap<Name, Load>): string {
  const goal = GOALS[name];
  const [own, other] = [loads.get(name), goal && loads.get(goal.of)];
  if (!(goal && own && other)) return "";
  const ratio = (own.perSecond / other.perSecond).toFixed(2);
  const ofCpu = (cpuTime(other) / cpuTime(own)).toFixed(2);
  return `${ratio} of “${SUBJECTS[goal.of]}” (${ofCpu} by CPU time), goal at least ${goal.ratio}`;
}

/** Says more than the rate on a machine that is busy with other work. */
function cpuTime({ gateway, server, database }: Load): number {
  return gateway + server + database;
}
