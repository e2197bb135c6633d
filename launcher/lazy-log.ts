import type { Log } from "@parley/platform/process/log";
import type { LauncherSettings } from "./settings.ts";

/** Returns the log, which is created with the first line. */
export type LazyLog = () => Promise<Log>;

/** Imports the log on demand: most launchers never write a line, and pino takes 9 MB. */
export function createLazyLog(level: LauncherSettings["LOG_LEVEL"]): LazyLog {
  let log: Promise<Log> | undefined;
  return () => {
    log ??= import("@parley/platform/process/log").then(({ createLog }) =>
      createLog("launcher", level),
    );
    return log;
  };
}
