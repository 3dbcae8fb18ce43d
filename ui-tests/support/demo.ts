import { readFileSync } from 'node:fs';

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set: run the stories by \`make story\` or \`make test\`.`);
  }
  return value;
}

interface IRse {
  name: string;
  folder: string;
}

interface ILakeCard {
  mount: { rse: string; path: string };
  scratch: { rse: string; path: string };
  rses: IRse[];
  paceFile: string;
  folder: string;
  folders: { run: string };
  profile: string;
  rucioUrl: string;
}

/** The server that the demo started, with its own token. */
export const SERVER = { url: given('DATALAKE_DEMO_URL'), token: given('DATALAKE_DEMO_TOKEN') };
/** The process of Jupyter. */
export const SERVER_PID = Number(given('DATALAKE_DEMO_PID'));
/** The folder that JupyterLab shows. */
export const FOLDER = given('DATALAKE_DEMO_FOLDER');
export const LAKE_FILE = given('DATALAKE_DEMO_LAKE');
/** The lake behind it, as the lab describes it. */
export const LAKE = JSON.parse(readFileSync(LAKE_FILE, 'utf8')) as ILakeCard;
