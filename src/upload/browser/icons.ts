import { LabIcon } from '@jupyterlab/ui-components';

/** Drawn for 16 x 16 in the text's colour: told apart by their shapes, whatever the colours. */
function icon(name: string, shapes: string): LabIcon {
  return new LabIcon({
    name: `jupyterlab-datalake:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">${shapes}</svg>`
  });
}

const RING = '<circle cx="8" cy="8" r="5.75"/>';

/** An arrow out of a tray: send it away. */
export const uploadIcon = icon(
  'upload',
  '<path d="M8 10V2.3M4.8 5.5 8 2.3l3.2 3.2M2.5 11v2.5h11V11"/>'
);

/** A ring with an arrow up: on its way. */
export const sendingIcon = icon('sending', `${RING}<path d="M8 11V5.2M5.7 7.4 8 5.1l2.3 2.3"/>`);

/** A ring with the hands of a clock. */
export const waitingIcon = icon('upload-waiting', `${RING}<path d="M8 4.8V8l2.2 1.4"/>`);

/** A ring with two bars. */
export const pausedIcon = icon('upload-paused', `${RING}<path d="M6.5 6v4M9.5 6v4"/>`);

/** A full disc with a tick cut out. */
export const doneIcon = icon(
  'upload-done',
  '<path fill="currentColor" stroke="none" fill-rule="evenodd" d="M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zm3.3 3.8-4.2 4.5-2.2-2.1-1 1.1 3.3 3.1 5.2-5.6z"/>'
);

/** A ring with a tick: there already. */
export const sameIcon = icon('upload-same', `${RING}<path d="m5.3 8.2 2 1.9 3.5-3.9"/>`);

/** A triangle with an exclamation mark. */
export const failedIcon = icon(
  'upload-failed',
  '<path d="M8 2.2 14.2 13H1.8z"/><path d="M8 6.3v3.2M8 11.3v.1"/>'
);

/** A ring with a cross bar: not taken. */
export const refusedIcon = icon('upload-refused', `${RING}<path d="m4 12 8-8"/>`);

/** A dashed ring: nobody looks at it. */
export const leftOutIcon = icon(
  'upload-left-out',
  '<circle cx="8" cy="8" r="5.75" stroke-dasharray="2.2 2"/>'
);

/** A ring with a plus: it will be new. */
export const newIcon = icon('upload-new', `${RING}<path d="M8 5.3v5.4M5.3 8h5.4"/>`);

/** Two sheets that differ: the DID holds something else. */
export const otherIcon = icon(
  'upload-other',
  '<path d="M2.5 2.5h6v8h-6zM8.5 5.5h5v8h-6v-3M4.3 5.2h2.4M4.3 7.6h2.4"/>'
);
