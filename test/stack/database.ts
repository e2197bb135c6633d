import pg from "pg";

/** Creates an empty database on the server of `TEST_DATABASE_URL`; its disposal drops it. */
export async function createDatabase(): Promise<{ url: string } & AsyncDisposable> {
  const admin = process.env["TEST_DATABASE_URL"] ?? "";
  const name = `parley_${crypto.randomUUID().replaceAll("-", "")}`;
  await run(admin, `create database ${name}`);
  const url = new URL(admin);
  url.pathname = name;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => run(admin, `drop database ${name} with (force)`),
  };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
