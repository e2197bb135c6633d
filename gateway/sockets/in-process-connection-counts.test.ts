import { createInProcessConnectionCounts } from "./in-process-connection-counts.ts";
import { testConnectionCounts } from "./testing/connection-counts-contract.ts";

testConnectionCounts("in process", createInProcessConnectionCounts);
