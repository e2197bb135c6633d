import { createSignal } from "solid-js";
import { ApiError } from "../engine/api/request.ts";
import { problemText } from "../i18n/problem-text.ts";

/** Runs one request at a time, and gives the error text of the last one if it was refused. */
export function createAttempt() {
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<ApiError | null>(null);

  /** @returns whether the request was accepted; false too while another one is running. */
  async function run(work: () => Promise<void>): Promise<boolean> {
    if (busy()) return false;
    setBusy(true);
    setFailure(null);
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFailure(error);
      return false;
    } finally {
      setBusy(false);
    }
  }

  const problem = () => {
    const failed = failure();
    return failed === null ? undefined : problemText(failed);
  };

  return { busy, problem, run };
}
