import { startMinio } from "../parts/minio.ts";
import { isMissing } from "../parts/missing.ts";
import { startPostgres } from "../parts/postgres.ts";
import { type StackKind, stackKinds } from "../stack/stack.ts";
import { FAULTS, type Fault } from "./faults.ts";
import { playRound } from "./round.ts";
import { Tally, table } from "./tally.ts";

/** A slow fault is played once where others are played so often. */
const SLOW = 25;

/** `bun run torture [rounds] [words of a fault's or a stack's name …]` */
const [first = "", ...rest] = process.argv.slice(2);
const rounds = Number(first) || 50;
const words = Number(first) || first === "" ? rest : [first, ...rest];

await using parts = new AsyncDisposableStack();
if (stackKinds().length === 1) await startParts();

const tallies: Tally[] = [];
for (const kind of stackKinds())
  for (const fault of FAULTS) if (isAsked(kind, fault)) tallies.push(await play(kind, fault));

console.log(`\n${table(tallies)}`);
process.exitCode = tallies.length > 0 && tallies.every(({ isClean }) => isClean) ? 0 : 1;

/** What the stack on PostgreSQL needs, where the environment names none. */
async function startParts(): Promise<void> {
  const [postgres, minio] = [await startPostgres(), await startMinio()];
  if (isMissing(postgres)) return console.log(postgres.missing);
  parts.use(postgres);
  if (isMissing(minio)) return console.log(minio.missing);
  parts.use(minio);
  Object.assign(process.env, {
    TEST_DATABASE_URL: postgres.url,
    TEST_S3_ENDPOINT: minio.endpoint,
    TEST_S3_ACCESS_KEY: minio.accessKey,
    TEST_S3_SECRET_KEY: minio.secretKey,
  });
}

function isAsked(kind: StackKind, fault: Fault): boolean {
  const name = `${kind}, ${fault.name}`;
  return fault.stacks.includes(kind) && words.every((word) => name.includes(word));
}

async function play(kind: StackKind, fault: Fault): Promise<Tally> {
  const tally = new Tally(kind, fault.name);
  await using scene = await fault.open(kind);
  const many = fault.isSlow ? Math.ceil(rounds / SLOW) : rounds;
  for (let round = 1; round <= many; round++) {
    const { acknowledged, lost, doubled, reordered, holes } = tally.add(await playRound(scene));
    console.log(
      `${kind}, ${fault.name}, round ${round}: ${acknowledged} acknowledged, ${lost} lost, ` +
        `${doubled} doubled, ${reordered} reordered, ${holes} holes`,
    );
  }
  return tally;
}
