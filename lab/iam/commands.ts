import type { ILake } from '../lake.ts';
import { LabError } from '../problem.ts';
import { Processes } from '../processes.ts';
import { say } from '../progress.ts';
import { iam } from '../servers.ts';

/** Starts the identity provider of a lake, which goes on with the sign-ins that it knew. */
export async function iamUp(lake: ILake): Promise<void> {
  await processesOf(lake).start(serverOf(lake));
}

/** Stops it alone, as if it had trouble: who asks is refused the connection. */
export async function iamDown(lake: ILake): Promise<void> {
  const wasRunning = await processesOf(lake).stop(serverOf(lake));
  if (!wasRunning) say('the identity provider was not running');
}

const processesOf = ({ folders }: ILake): Processes => new Processes(folders.run, folders.log);

function serverOf(lake: ILake): ReturnType<typeof iam> {
  if (!lake.iam) {
    throw new LabError(
      'There is no identity provider in the embedded profile: take --profile full.'
    );
  }
  return iam(lake, lake.iam);
}
