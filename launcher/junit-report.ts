/** One test, as a JUnit report tells it. */
export interface TestCase {
  readonly file: string;
  /** The names of the surrounding `describe`s and of the test, with ` > ` between them. */
  readonly name: string;
  readonly result: "passed" | "failed" | "skipped";
  /** What the failure says; empty for a test that did not fail. */
  readonly message: string;
}

/** A tag with its attributes: in the reports of `bun test`, values are quoted and hold no `<` or `"`. */
const TAG = /<(?<end>\/)?(?<name>[a-z]+)(?<attributes>(?:\s+[\w-]+="[^"]*")*)\s*(?<empty>\/)?>/g;
const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

interface Tag {
  readonly name: string;
  readonly isEnd: boolean;
  readonly isEmpty: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  /** The text up to the next tag. */
  readonly text: string;
}

/** Reads the report that `bun test --reporter=junit` writes. */
export function readJunitReport(xml: string): TestCase[] {
  const cases: TestCase[] = [];
  const suites: string[] = [];
  for (const { name, isEnd, isEmpty, attributes, text } of tags(xml)) {
    if (name === "testsuite" && isEnd) suites.pop();
    else if (name === "testsuite" && !isEmpty) suites.push(attributes["name"] ?? "");
    else if (name === "testcase" && !isEnd) cases.push(passed(suites, attributes));
    else if (name === "skipped" && !isEnd) amendLast(cases, { result: "skipped" });
    else if ((name === "failure" || name === "error") && !isEnd)
      amendLast(cases, { result: "failed", message: text.trim() || (attributes["message"] ?? "") });
  }
  return cases;
}

/** The outermost suite is the file. */
function passed([, ...suites]: readonly string[], attributes: Tag["attributes"]): TestCase {
  const { file = "", name = "" } = attributes;
  return { file, name: [...suites, name].join(" > "), result: "passed", message: "" };
}

function amendLast(cases: TestCase[], outcome: Partial<TestCase>): void {
  const last = cases.pop();
  if (last) cases.push({ ...last, ...outcome });
}

function tags(xml: string): Tag[] {
  const found = [...xml.matchAll(TAG)];
  return found.map(({ groups = {}, 0: whole, index }, n) => ({
    name: groups["name"] ?? "",
    isEnd: groups["end"] !== undefined,
    isEmpty: groups["empty"] !== undefined,
    attributes: readAttributes(groups["attributes"] ?? ""),
    text: decode(xml.slice(index + whole.length, found[n + 1]?.index)),
  }));
}

function readAttributes(text: string): Record<string, string> {
  const pairs = text.matchAll(/([\w-]+)="([^"]*)"/g);
  return Object.fromEntries([...pairs].map(([, name = "", value = ""]) => [name, decode(value)]));
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|([a-z]+));/g, (whole, code, name) =>
    code ? String.fromCodePoint(Number(code)) : (ENTITIES[name] ?? whole),
  );
}
