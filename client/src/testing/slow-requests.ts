import { ApiError } from "../engine/api/request.ts";

/** A request under way: its first step reads the state of the server, its second step responds. */
interface SlowRequest {
  step: () => void;
  fail: () => void;
  isOver: boolean;
}

/** Requests whose steps a test triggers, so that responses may be outdated when they arrive. */
export function createSlowRequests() {
  const requests: SlowRequest[] = [];

  function request<T>(read: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let response: { value: T } | undefined;
      const pending: SlowRequest = {
        isOver: false,
        step() {
          if (response) pending.isOver = true;
          if (response) resolve(response.value);
          else response = { value: structuredClone(read()) };
        },
        fail() {
          pending.isOver = true;
          reject(new ApiError("network", "no response"));
        },
      };
      requests.push(pending);
    });
  }

  const pending = () => requests.filter(({ isOver }) => !isOver);

  return { request, pending };
}
