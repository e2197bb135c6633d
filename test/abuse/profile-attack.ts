import { crc32, deflateSync } from "node:zlib";
import type { Person } from "../stack/person.ts";

const CHANGES_PER_SECOND = 5;
const GREY_8_BIT = [8, 0, 0, 0, 0];

/** A PNG of one colour: a few kilobytes that decode to `side` × `side` pixels. */
export function hugePicture(side: number): Buffer {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(side, 0);
  size.writeUInt32BE(side, 4);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    pngChunk("IHDR", Buffer.concat([size, Buffer.from(GREY_8_BIT)])),
    pngChunk("IDAT", deflateSync(Buffer.alloc((side + 1) * side))),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

function pngChunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/**
 * Changes the names of all attackers and uploads the picture, again and again, without waiting for the
 * answers.
 * @returns how often each status was answered.
 */
export async function changeProfiles(
  attackers: readonly Person[],
  picture: Buffer,
  lengthMs: number,
): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  const count = ({ status }: Response) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const upload = ({ url, token }: Person) =>
    fetch(`${url}/service/api/profile/avatar`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "content-type": "image/png" },
      body: new Uint8Array(picture),
    });
  const requests: Promise<void>[] = [];
  for (let n = 0, end = Date.now() + lengthMs; Date.now() < end; n++) {
    for (const attacker of attackers) {
      const change = { displayName: `name ${n}` };
      requests.push(attacker.request("PATCH", "/profile", change).then(count));
      requests.push(upload(attacker).then(count));
    }
    await Bun.sleep(1_000 / CHANGES_PER_SECOND);
  }
  await Promise.all(requests);
  return statuses;
}
