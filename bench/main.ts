/** Figures beside the reference, on a lake of their own. `node bench/main.ts --help` says how. */
import { parseArgs } from 'node:util';
import { say } from '../lab/progress.ts';
import { startLake, startNewLake, stopLake } from './bench-lake.ts';
import type { IBench, IFigure } from './figure.ts';
import { arrivalFigures, hasFilesLeft } from './figures/arrivals.ts';
import { cartFigures } from './figures/cart.ts';
import { datasetFigures } from './figures/dataset.ts';
import { footprintFigures } from './figures/footprint.ts';
import { loopFigures } from './figures/loop.ts';
import { scrollFigures } from './figures/scroll.ts';
import { searchFigures } from './figures/search.ts';
import { tokenFigures } from './figures/tokens.ts';
import { uploadFigures } from './figures/uploads.ts';
import { tables, write } from './report.ts';

const FIGURES: Record<string, (bench: IBench) => Promise<IFigure[]>> = {
  search: searchFigures,
  'dataset-100k': bench => datasetFigures('dataset_100k', bench),
  scroll: scrollFigures,
  cart: cartFigures,
  arrivals: arrivalFigures,
  loop: loopFigures,
  footprint: footprintFigures,
  uploads: uploadFigures,
  'dataset-300k': bench => datasetFigures('dataset_300k', bench)
};
/** On its own lake, where tokens are; takes twenty minutes. */
const TOKENS = 'tokens';

const HELP = `node bench/main.ts [--figures ${[...Object.keys(FIGURES), TOKENS].join(',')}] [--rounds 3] [--minutes 10] [--keep]

Prints a table and adds the run to bench/results/<date>.json (<date>-tokens.json). --keep leaves the lake running
for the next time. --minutes is how long tokens are looked at.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      figures: { type: 'string', default: Object.keys(FIGURES).join(',') },
      rounds: { type: 'string', default: '3' },
      minutes: { type: 'string', default: '10' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false }
    }
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const command = `node bench/main.ts ${process.argv.slice(2).join(' ')}`.trim();
  const names = values.figures.split(',');
  if (names.includes(TOKENS)) {
    say(`measuring: ${TOKENS}`);
    const figures = await tokenFigures(Number(values.minutes), values.keep);
    const file = write(figures, command, TOKENS);
    process.stdout.write(`${tables(figures)}\nWritten to ${file}\n\n`);
  }
  const chosen = names
    .filter(name => name !== TOKENS)
    .map(name => {
      const make = FIGURES[name];
      if (make === undefined) throw new Error(`There is no figure ${name}.`);
      return { name, make };
    });
  if (chosen.length === 0) return;
  let lake = startLake();
  if (chosen.some(({ make }) => make === arrivalFigures) && !(await hasFilesLeft(lake))) {
    say('earlier runs have used up the files of this lake: a new one is made');
    lake = startNewLake();
  }
  const bench: IBench = { lake, rounds: Number(values.rounds) };
  try {
    for (const { name, make } of chosen) {
      say(`measuring: ${name}`);
      const figures = await make(bench);
      const file = write(figures, command);
      process.stdout.write(`${tables(figures)}\nWritten to ${file}\n\n`);
    }
  } finally {
    if (!values.keep) stopLake();
  }
}

await main();
