/** Commands of the catalogue. Those about a DID take IDidArgs; without them they are about the chosen row. */
export const CatalogueCommands = {
  /** Args: {text?: string}. Opens the panel with the search box focused. */
  search: 'datalake:search',
  refresh: 'datalake:refresh-catalogue',
  openDetails: 'datalake:open-did-details',
  copyDid: 'datalake:copy-did',
  toggle: 'datalake:toggle-did',
  addToCart: 'datalake:add-row-to-cart',
  makeAvailable: 'datalake:make-row-available'
} as const;
