/**
 * Commands for what one does to one's own datasets and containers. Args of all but the first: {did, type, instance?};
 * without them they are about the row of the catalogue whose menu is open. Each opens a dialog.
 */
export const CareCommands = {
  /** Args: {scope?, instance?}. */
  create: 'datalake:create-collection',
  attach: 'datalake:attach-dids',
  detach: 'datalake:detach-dids',
  setOpen: 'datalake:close-or-open-collection',
  setMetadata: 'datalake:set-metadata',
  setLifetime: 'datalake:set-did-lifetime'
} as const;
