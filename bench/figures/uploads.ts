import { say } from '../../lab/progress.ts';
import { round, type IBench, type IFigure, type IRow } from '../figure.ts';
import { median, quantile } from '../statistics.ts';
import {
  bigFile,
  bulkCalls,
  forget,
  forgetStored,
  liftQuota,
  smallFiles,
  timed,
  uploader,
  type IUploader
} from '../uploads-parts.ts';
import { probedBeside, served, type IServed } from '../uploads-server.ts';

const RSE = 'SITEA_USERDISK';
/** As the aims say; less by DATALAKE_UPLOAD_MIB and DATALAKE_UPLOAD_FILES for a trial. */
const MEBIBYTES = Number(process.env.DATALAKE_UPLOAD_MIB ?? 4096);
/** `rucio upload` takes about a second for each file: so many are measured without it. */
const MANY = Number(process.env.DATALAKE_UPLOAD_FILES ?? 10_000);
/** So many of a hundred does `rucio upload` send, and its time is taken for a hundred's share. */
const FEW = 10;
const PROTOCOLS = ['root', 'davs'] as const;
type Protocol = (typeof PROTOCOLS)[number];

interface ISeconds {
  ours: number[];
  peer: number[];
}

/** Of the catalogue's calls alone, besides. */
interface ISmall extends ISeconds {
  calls: number[];
}

interface IBig extends ISeconds {
  withMd5: number[];
}

/** Uploads beside `rucio upload`, `xrdcp` and `curl -T`, in turns on the same lake. */
export async function uploadFigures(bench: IBench): Promise<IFigure[]> {
  const { lake } = bench;
  const person = await uploader(lake);
  await liftQuota(lake, RSE);
  // The first command reads the configuration for all that follow.
  await timed(['datalake', 'whoami'], person.env);
  const hundred = await small(bench, person);
  const many = await tenThousand(bench, person);
  const big = await large(bench, person);
  const server: Partial<Record<Protocol, IServed>> = {};
  const beside: Partial<Record<Protocol, number[]>> = {};
  for (const protocol of PROTOCOLS) {
    say(`one file of ${MEBIBYTES} MiB by ${protocol}, from the server`);
    server[protocol] = await served(lake, person, RSE, protocol, MEBIBYTES);
    const file = bigFile(`beside${Date.now()}`, MEBIBYTES);
    const send = () => byPeer(protocol, file, lake.ports.siteA, person);
    beside[protocol] = await probedBeside(lake, person, send);
    forget(file);
    forgetStored(lake, RSE, 'beside');
  }
  const rows: IRow[] = [
    {
      what: '100 files of 10 kB into a dataset; reference: `rucio upload` (of 10, times 10); Rucio: its bulk calls alone',
      unit: 's',
      rucio: round(median(hundred.calls)),
      ours: round(median(hundred.ours)),
      reference: round(median(hundred.peer)),
      aim: 'a 50th of the reference, 3 times the calls'
    },
    {
      what: `${MANY} files of 10 kB into a dataset`,
      unit: 's',
      rucio: round(many.calls, 1),
      ours: round(many.ours, 1),
      aim: '3 times the calls'
    },
    ...PROTOCOLS.flatMap(protocol => bigRows(protocol, big[protocol])),
    ...PROTOCOLS.flatMap(protocol => serverRows(protocol, server[protocol], beside[protocol]))
  ];
  return [{ name: 'Uploads', rows, raw: { hundred, many, big, server, beside } }];
}

const upload = (name: string, env: NodeJS.ProcessEnv, ...words: string[]) =>
  timed(['datalake', 'upload', '-s', 'user.alice', '-p', `${name}/`, '--rse', RSE, ...words], env);

async function small({ lake, rounds }: IBench, { env, forRucio }: IUploader): Promise<ISmall> {
  const all: ISmall = { ours: [], peer: [], calls: [] };
  for (let count = 0; count < rounds; count++) {
    say(`100 files, round ${count + 1}`);
    const name = `bench${Date.now()}`;
    const mine = smallFiles(name, 100);
    all.ours.push(await upload(name, env, '--dataset', name, mine));
    forget(mine);
    all.calls.push(await bulkCalls(lake, `${name}-calls`, 100));
    const theirs = smallFiles(`${name}-rucio`, FEW);
    // Rucio's generic policy lets nobody finish what is registered first.
    const words = ['--rse', RSE, '--scope', 'user.alice', '--register-after-upload'];
    const seconds = await timed(['rucio', 'upload', ...words, theirs], forRucio);
    all.peer.push((seconds * 100) / FEW);
    forget(theirs);
  }
  return all;
}

async function tenThousand(
  { lake }: IBench,
  { env }: IUploader
): Promise<{ ours: number; calls: number }> {
  say(`${MANY} files`);
  const name = `many${Date.now()}`;
  const folder = smallFiles(name, MANY);
  const ours = await upload(name, env, '--dataset', name, folder);
  forget(folder);
  forgetStored(lake, RSE, name);
  return { ours, calls: await bulkCalls(lake, `${name}-calls`, MANY) };
}

/** Each of the four in turns, on a file that each reads from memory and writes anew. */
async function large({ lake, rounds }: IBench, person: IUploader): Promise<Record<Protocol, IBig>> {
  const all: Record<Protocol, IBig> = {
    root: { ours: [], withMd5: [], peer: [] },
    davs: { ours: [], withMd5: [], peer: [] }
  };
  for (let count = 0; count < rounds; count++) {
    say(`one file of ${MEBIBYTES} MiB, round ${count + 1}`);
    const name = `big${Date.now()}`;
    const file = bigFile(name, MEBIBYTES);
    for (const protocol of PROTOCOLS) {
      const { ours, withMd5, peer } = all[protocol];
      const words = ['--protocol', protocol, file];
      ours.push(await upload(`${name}-${protocol}`, person.env, ...words));
      forgetStored(lake, RSE, name);
      peer.push(await byPeer(protocol, file, lake.ports.siteA, person));
      forgetStored(lake, RSE, name);
      withMd5.push(await upload(`${name}-${protocol}-md5`, person.withMd5, ...words));
      forgetStored(lake, RSE, name);
    }
    forget(file);
  }
  return all;
}

/** The same bytes and the same comparison of checksums by the protocol's own program. */
function byPeer(
  protocol: Protocol,
  file: string,
  port: number,
  { env, tokenFile }: IUploader
): Promise<number> {
  const place = `/lake/${RSE}/bench/${file.split('/').at(-1) ?? ''}-${protocol}`;
  return protocol === 'root'
    ? timed(
        [
          ...['xrdcp', '--nopbar', '--path', '--cksum', 'adler32', file],
          `root://127.0.0.1:${port}/${place}`
        ],
        env
      )
    : timed(['bash', '-c', CURL, 'curl', file, `${port}${place}`, tokenFile], env);
}

/** Sends, then asks for the digest, as we do; the token is in a file, not in an argument. */
const CURL = `
header="$(mktemp)" && chmod 600 "$header" && printf 'Authorization: Bearer %s\\n' "$(cat "$3")" > "$header"
curl -sSf --cacert "$NODE_EXTRA_CA_CERTS" -H @"$header" -H 'Expect: 100-continue' -T "$1" "https://localhost:$2" &&
curl -sSf --cacert "$NODE_EXTRA_CA_CERTS" -H @"$header" -H 'Want-Digest: adler32' -I "https://localhost:$2"
status=$?; rm -f "$header"; exit $status
`;

const PEERS = { root: '`xrdcp --cksum adler32`', davs: '`curl -T` and a digest' };

function bigRows(protocol: Protocol, { ours, withMd5, peer }: IBig): IRow[] {
  const reference = round(median(peer), 1);
  const what = `${MEBIBYTES} MiB by ${protocol}`;
  return [
    {
      what: `${what}; reference: ${PEERS[protocol]}`,
      unit: 's',
      ours: round(median(ours), 1),
      reference,
      aim: '1.1'
    },
    {
      what: `${what}, with MD5`,
      unit: 's',
      ours: round(median(withMd5), 1),
      reference,
      aim: '1.25'
    }
  ];
}

function serverRows(
  protocol: Protocol,
  one: IServed | undefined,
  beside: readonly number[] = []
): IRow[] {
  const during = `during ${MEBIBYTES} MiB by ${protocol} from the server`;
  return [
    {
      what: `growth of the Node server ${during}`,
      unit: 'MB',
      ours: one?.growthMegabytes ?? null,
      aim: 'under 100'
    },
    {
      what: `p99 of GET /api/status ${during}; reference: while ${PEERS[protocol]} sends it beside an idle server`,
      unit: 'ms',
      ours: round(quantile(one?.probes ?? [], 0.99), 1),
      reference: round(quantile(beside, 0.99), 1),
      aim: 'under 20'
    }
  ];
}
