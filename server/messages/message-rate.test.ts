import { createLocalMessageRate } from "./message-rate.ts";
import { describeMessageRate } from "./testing/message-rate-contract.ts";

describeMessageRate("the message rate of one process", createLocalMessageRate);
