import { createLocalKeyRate } from "./key-rate.ts";
import { describeKeyRate } from "./testing/key-rate-contract.ts";

describeKeyRate("the rate of keys in one process", createLocalKeyRate);
