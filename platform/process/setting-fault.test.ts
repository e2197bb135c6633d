import { expect, test } from "bun:test";
import { type ListenAddress, settingFault } from "./setting-fault.ts";

const place: ListenAddress = {
  host: "HOST",
  hostname: "chat.example",
  setting: "GATEWAY_PORT",
  port: 80,
  dataDir: "./data",
};

test.each([
  [{ code: "EADDRNOTAVAIL", syscall: "listen" }, /^HOST must be an address/],
  [{ code: "ENOTFOUND", syscall: "getaddrinfo", hostname: "chat.example" }, /^HOST must/],
  [{ code: "EACCES", syscall: "listen" }, /^GATEWAY_PORT needs rights.*GATEWAY_PORT=8080$/],
  [{ code: "EROFS", path: "data/jwt-secret" }, /^DATA_DIR must be a folder/],
  [{ code: "SQLITE_CANTOPEN" }, /^DATA_DIR must be a folder/],
])("The error %j is the fault of a setting", (error, line) => {
  expect(settingFault(error, place)).toMatch(line);
});

test.each([
  { code: "EADDRINUSE", syscall: "listen" },
  { code: "ENOTFOUND", syscall: "getaddrinfo", hostname: "database.example" },
  { code: "ECONNREFUSED", syscall: "connect" },
  { code: "ENOENT", path: "/elsewhere/file" },
  { code: "ENOENT", path: "data-of-others/file" },
  { code: "ENOSPC", path: "data/jwt-secret" },
  {},
])("The error %j is not the fault of a setting", (error) => {
  expect(settingFault(error, place)).toBeNull();
});
