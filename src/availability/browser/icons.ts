import { LabIcon } from '@jupyterlab/ui-components';

/** Drawn for 16 x 16 in the text's colour: told apart by their shapes, whatever the colours. */
function icon(name: string, shapes: string): LabIcon {
  return new LabIcon({
    name: `jupyterlab-datalake:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">${shapes}</svg>`
  });
}

const RING = '<circle cx="8" cy="8" r="5.75"/>';

/** An empty ring. */
export const notAvailableIcon = icon('not-available', RING);

/** A ring that is half full. */
export const replicatingIcon = icon(
  'replicating',
  `${RING}<path fill="currentColor" stroke="none" d="M8 2.25a5.75 5.75 0 0 1 0 11.5z"/>`
);

/** A full disc with a tick cut out. */
export const availableIcon = icon(
  'available',
  '<path fill="currentColor" stroke="none" fill-rule="evenodd" d="M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zm3.3 3.8-4.2 4.5-2.2-2.1-1 1.1 3.3 3.1 5.2-5.6z"/>'
);

/** A triangle with an exclamation mark. */
export const stuckIcon = icon(
  'stuck',
  '<path d="M8 2.2 14.2 13H1.8z"/><path d="M8 6.3v3.2M8 11.3v.1"/>'
);

/** A ring with two bars: somebody has halted it. */
export const suspendedIcon = icon('suspended', `${RING}<path d="M6.5 6v4M9.5 6v4"/>`);

/** A ring with the hands of a clock: somebody has to approve. */
export const waitingIcon = icon('waiting-approval', `${RING}<path d="M8 4.8V8l2.2 1.4"/>`);

/** A ring with three dots: Rucio is still working out what to copy. */
export const injectIcon = icon(
  'inject',
  `${RING}<path stroke-width="1.9" d="M5.3 8h.01M8 8h.01M10.7 8h.01"/>`
);

/** A folder that is crossed out: the path is not there. */
export const pathMissingIcon = icon(
  'path-missing',
  '<path d="M2 12.5v-9h4l1.5 1.5H14v7.5zM6.2 7.3l3.6 3.4M9.8 7.3l-3.6 3.4"/>'
);

/** A question mark in a dashed ring: not a state, it could not be asked. */
export const couldNotAskIcon = icon(
  'could-not-ask',
  '<circle cx="8" cy="8" r="5.75" stroke-dasharray="2.2 2"/><path d="M6.4 6.6c0-2 3.2-2 3.2 0 0 1.2-1.6 1.2-1.6 2.3M8 10.9v.1"/>'
);

/** Three dots, while it is asked. */
export const askingIcon = icon(
  'asking',
  '<path stroke-width="1.9" d="M4.5 8h.01M8 8h.01M11.5 8h.01"/>'
);

/** An arrow into a tray: bring it here. */
export const makeAvailableIcon = icon(
  'make-available',
  '<path d="M8 2v7.5M4.8 6.5 8 9.7l3.2-3.2M2.5 11v2.5h11V11"/>'
);
