import { AvailabilityRoot } from './availability-root.js';
import { MakeAvailable } from './make-available.js';
import { Progress } from './progress.js';
import type { IAvailabilityServices } from './services.js';
import { State } from './state.js';
import type { IAvailabilityView } from './tokens.js';
import { useKnown } from './use-availability.js';

/** The components and the hook as other slices get them: they stand in any React tree. */
export function makeAvailabilityView(services: IAvailabilityServices): IAvailabilityView {
  return {
    useAvailability: (instance, dids) => useKnown(services, instance, dids),
    State: ({ did, instance }) => (
      <AvailabilityRoot services={services}>
        <State did={did} instance={instance} />
      </AvailabilityRoot>
    ),
    MakeAvailable: props => (
      <AvailabilityRoot services={services}>
        <MakeAvailable {...props} />
      </AvailabilityRoot>
    ),
    Progress: ({ did, instance }) => (
      <AvailabilityRoot services={services}>
        <Progress did={did} instance={instance} />
      </AvailabilityRoot>
    )
  };
}
