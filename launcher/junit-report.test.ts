import { expect, test } from "bun:test";
import { readJunitReport } from "./junit-report.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="5" failures="2" skipped="1" time="3.28">
  <testsuite name="a.test.ts" file="a.test.ts" tests="4" failures="2" hostname="vm">
    <testsuite name="outer" file="a.test.ts" line="3" tests="2" failures="1">
      <testsuite name="in &lt;b&gt; &amp; &quot;q&quot;" file="a.test.ts" line="3" tests="1">
        <testcase name="one" classname="in &lt;b&gt; &gt; outer" time="0.01" file="a.test.ts" line="3" />
        <testcase name="two" classname="" time="0.01" file="a.test.ts" line="3" assertions="1">
          <failure type="AssertionError" message="expect(received)&#10;">AssertionError: &quot;a&lt;b&quot;&#10;      at a.test.ts:3:156&#10;</failure>
        </testcase>
      </testsuite>
      <testcase name="three" classname="outer" time="0" file="a.test.ts" line="3" assertions="0">
        <skipped message="TODO" />
      </testcase>
    </testsuite>
    <testcase name="four" classname="" time="0.1" file="a.test.ts" line="5" assertions="0">
      <failure type="TimeoutError" message="test timed out" />
    </testcase>
  </testsuite>
  <testsuite name="b.test.ts" file="b.test.ts" tests="1" failures="0" hostname="vm">
    <testcase name="five" classname="" time="1" file="b.test.ts" line="1" />
  </testsuite>
</testsuites>
`;

test("Each test is read with its file, the names around it, its result and its failure", () => {
  const a = { file: "a.test.ts", message: "" };
  expect(readJunitReport(REPORT)).toEqual([
    { ...a, name: 'outer > in <b> & "q" > one', result: "passed" },
    {
      ...a,
      name: 'outer > in <b> & "q" > two',
      result: "failed",
      message: 'AssertionError: "a<b"\n      at a.test.ts:3:156',
    },
    { ...a, name: "outer > three", result: "skipped" },
    { ...a, name: "four", result: "failed", message: "test timed out" },
    { file: "b.test.ts", name: "five", result: "passed", message: "" },
  ]);
});

test("A report without tests has no test", () => {
  expect(readJunitReport('<testsuites name="bun test" tests="0"></testsuites>')).toEqual([]);
  expect(readJunitReport("")).toEqual([]);
});
